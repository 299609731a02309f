import { describe, expect, it } from "vitest";
import { createFile } from "../../../src/bytes/file-writer.ts";
import { createWrittenBytes, sharedWrittenBytes } from "../../../src/bytes/written-bytes.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const refuse = (): never => {
  throw new Error("waited");
};

describe("WrittenBytes", () => {
  it("wait returns at once for bytes already written, and blocks for others until they are", () => {
    const written = createWrittenBytes();
    written.reach(10);
    const elsewhere = sharedWrittenBytes(written.shared);
    expect(elsewhere.wait(10, refuse)).toBe(true);
    expect(() => elsewhere.wait(11, refuse)).toThrow("waited");
    let checks = 0;
    expect(
      elsewhere.wait(11, () => {
        checks += 1;
        if (checks === 2) written.reach(20);
      }),
    ).toBe(true);
    expect(checks).toBe(2);
  });

  it("after stop, wait returns false for missing bytes and true for those written before", () => {
    const written = createWrittenBytes();
    written.reach(10);
    written.stop();
    expect(written.wait(10, refuse)).toBe(true);
    expect(written.wait(11, refuse)).toBe(false);
  });

  it("a file writer counts appended bytes only once they are in the file", async () => {
    const written = createWrittenBytes();
    const { signal } = new AbortController();
    await using file = await createFile(folder.in("file"), { signal, side: "scratch", written });
    const appended = [file.append(new Uint8Array(3)), file.appendTogether([new Uint8Array(4), new Uint8Array(5)])];
    expect(() => written.wait(1, refuse)).toThrow("waited");
    await Promise.all(appended);
    expect(written.wait(12, refuse)).toBe(true);
  });
});
