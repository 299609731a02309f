import { beforeEach, describe, expect, test } from "vitest";
import { inspect, planFlatten } from "../../../src/index.ts";
import { imageBlobs, layoutFiles, saved, writeFolder } from "../../support/image-archives.ts";
import { descriptor, image, imageIndex } from "../../support/image-fixture.ts";
import { runCli } from "../../support/run-cli.ts";
import { dir, file, layer } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

describe("an image with an attestation beside it, as BuildKit makes them", () => {
  const made = image({ layers: [layer(dir("d"), file("d/a", "1")), layer(file("b", "2"))] });
  const { index, attestations } = imageIndex(made);
  let source = "";
  beforeEach(() => {
    const blobs = [...attestations, index].map(saved);
    source = `oci:${writeFolder(folder.in("layout"), [...imageBlobs(made), ...blobs, ...layoutFiles([descriptor(index)])])}`;
  });

  test.each([["history"], ["ls"], ["tree"], ["fsdigest"], ["analyze"], ["explain", "b"], ["inspect"]])(
    "is read by %s, which leaves nothing out and says nothing of that",
    async (command, ...paths) => {
      const { status, stdout } = await runCli([command, source, ...paths, "--format", "json"]);
      expect(status).toBe(0);
      expect(stdout).toContain("diagnostics");
      expect(stdout).not.toContain("attestation-dropped");
    },
  );

  test("is the same as itself, and not different", async () => {
    for (const command of ["verify", "diff"]) {
      const { status, stdout } = await runCli([command, source, source]);
      expect({ command, status }).toEqual({ command, status: 0 });
      expect(stdout).not.toContain("Worth knowing");
    }
  });

  test("has the attestation counted by inspect, which names its digest", async () => {
    expect((await inspect(source)).others).toEqual(attestations.map(({ digest }) => digest));
    expect((await runCli(["inspect", source])).stdout).toMatch(
      /^images +1 platform\nalso +1 attestation or artifact$/m,
    );
  });

  test("loses it when it is flattened, as a dry run tells", async () => {
    const { diagnostics } = await planFlatten(source, `oci:${folder.in("flat")}`);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["attestation-dropped"]);
  });
});
