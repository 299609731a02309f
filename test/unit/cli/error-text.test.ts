import { describe, expect, test } from "vitest";
import { errorText } from "../../../src/cli/error-text.ts";
import { Interruption } from "../../../src/cli/interruption.ts";
import { ImageInvalidError, LimitError, TransportError, UsageError } from "../../../src/index.ts";

describe("an error on a terminal", () => {
  test("says code, message, and where in the image", () => {
    const error = new ImageInvalidError("TAR_INVALID", "the header's checksum is wrong", {
      details: { layer: 3, entry: "opt/caf\xe9\n", offset: 1536, rule: "R1.2", hint: "build the image again" },
    });
    error.stage = "scan";
    expect(errorText(error).split("\n")).toEqual([
      "planish: TAR_INVALID: the header's checksum is wrong",
      "  stage   scan",
      "  layer   3",
      "  entry   opt/caf\\xe9\\n",
      "  offset  1536",
      "  rule    R1.2",
      "  hint    build the image again",
    ]);
  });

  test("shows the root of an image as a slash", () => {
    const error = new UsageError("PATH_NOT_FOUND", "a directory has no content", { details: { entry: "" } });
    expect(errorText(error)).toContain("\n  entry  /");
  });

  test("shows both ends of a very long name", () => {
    const details = { entry: `a${"./".repeat(500_000)}z` };
    const [, entry = ""] = errorText(new ImageInvalidError("PATH_UNSAFE", "it leads out", { details })).split("\n");
    expect(entry).toMatch(/^ {2}entry {2}a[./]+[.]{3}[./]+z$/);
    expect(entry.length).toBeLessThan(5000);
  });

  test("shows the cause, unless the message has it", () => {
    const cause = new Error("ENOSPC: no space left on device");
    expect(errorText(new TransportError("DISK_FULL", "cannot write flat.tar", { cause }))).toContain("cause  ENOSPC");
    expect(errorText(new TransportError("DISK_FULL", `cannot write: ${cause.message}`, { cause }))).not.toContain(
      "cause",
    );
  });

  test("names the platform, unless the message does", () => {
    const details = { platform: "linux/s390x" };
    expect(errorText(new TransportError("SOURCE_NOT_FOUND", "it is not there", { details }))).toBe(
      "planish: SOURCE_NOT_FOUND: it is not there\n  platform  linux/s390x",
    );
    expect(errorText(new UsageError("PLATFORM_NOT_FOUND", "no image for linux/s390x", { details }))).toBe(
      "planish: PLATFORM_NOT_FOUND: no image for linux/s390x",
    );
  });

  test("says how to raise a limit", () => {
    expect(errorText(new LimitError("entries", 10, 11))).toBe(
      "planish: LIMIT_EXCEEDED: entries: 11 exceeds the limit of 10\n  hint  if you trust the image, raise it: --limit entries=N",
    );
  });

  test("has no control characters of an image in it", () => {
    expect(errorText(new ImageInvalidError("PATH_UNSAFE", "\x1b]0;x\x07"))).toBe(
      "planish: PATH_UNSAFE: \\x1b]0;x\\x07",
    );
  });

  test("that is a bug asks for a report, with the stack", () => {
    const text = errorText(new TypeError("x is not a function"));
    expect(text).toMatch(/^planish: this is a bug in planish; please report it with these lines:\nTypeError: x is not/);
    expect(text).toContain("error-text.test.ts");
  });

  test("of an interruption says that nothing was left behind", () => {
    expect(errorText(new Interruption("SIGTERM"))).toBe("planish: interrupted by SIGTERM; nothing was left behind");
  });
});
