import { describe, expect, test } from "vitest";
import { checkInPlace } from "../../../src/transport/check-in-place.ts";
import { parseReference } from "../../../src/transport/parse-reference.ts";
import { namedReference } from "../../../src/transport/reference.ts";
import { runCli } from "../../support/run-cli.ts";

const docker = (name: string) => namedReference("docker-daemon", name);

describe("--in-place", () => {
  test.each([
    "docker://registry.example/app:1",
    "docker-archive:app.tar",
    "oci:layout:1",
    "oci-archive:app.tar",
    "rootfs:/",
    "container:web",
    "podman-container:web",
    "./app",
    "app.tar",
    "-",
  ])("is refused where the source is %s, which has no name in an engine", (text) => {
    expect(() => checkInPlace(parseReference(text))).toThrow(
      expect.objectContaining({
        code: "ARGUMENT_INVALID",
        message: `--in-place is for an image in Docker or podman, and ${text} is not one`,
        details: { hint: expect.stringContaining("--force") },
      }),
    );
  });

  test.each(["docker-daemon:app", "podman:app:1", "app", "localhost:5000/app:1"])("is for %s, or may be", (text) => {
    expect(() => checkInPlace(parseReference(text))).not.toThrow();
  });

  test("is refused if the result goes elsewhere than the source", () => {
    for (const to of [namedReference("podman", "app:1"), namedReference("docker", "app:1")]) {
      expect(() => checkInPlace(docker("app:1"), to)).toThrow(`--in-place and ${to.text} contradict each other`);
    }
    expect(() => checkInPlace(docker("app:1"), docker("app:1"))).not.toThrow();
  });

  test.each([
    "flatten /nonexistent/app.tar",
    "flatten /nonexistent/app.tar docker-daemon:app",
    "flatten docker://localhost:1/app docker-daemon:app --dry-run",
    "copy docker://localhost:1/app docker-daemon:app",
  ])("is refused before anything is opened by %s", async (line) => {
    const said = expect.stringMatching(/^planish: ARGUMENT_INVALID: --in-place is for an image in Docker or podman/);
    expect(await runCli([...line.split(" "), "--in-place"])).toMatchObject({ status: 2, stderr: said });
  });
});
