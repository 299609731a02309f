import { readFileSync, statSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { copy, flatten, verify } from "../../src/index.ts";
import { exoticImage } from "../support/corpus/crafted.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { startRootlessPodman } from "../support/engines/rootless-podman.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { planishIn } from "../support/planish.ts";
import { testFolder } from "../support/test-folder.ts";

e2eSuite("A podman that is not root", (workshop) => {
  const folder = testFolder();
  let host = "";
  beforeAll(async () => {
    const socket = await startRootlessPodman(workshop.namespace);
    expect(statSync(socket).uid).toBe(1000);
    host = `unix://${socket}`;
  });

  it("takes an image, flattens it beside its source and gives the same filesystem back", async () => {
    const archive = writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"] })));
    const run = (...args: readonly string[]) => planishIn({ cwd: folder.path, env: { CONTAINER_HOST: host } }, ...args);
    expect(await run("copy", archive, "podman:app:1")).toMatchObject({ exitCode: 0 });
    const flat = await run("flatten", "podman:app:1", "--digestfile", folder.in("digest"));
    expect(flat).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("to podman:localhost/app:1-flat") });
    expect(readFileSync(folder.in("digest"), "utf8")).toMatch(/^sha256:/);
    const { equal } = await verify(archive, "podman:app:1-flat", { podman: { host } });
    expect(equal).toBe(true);
    const { stdout } = await run("images", "podman");
    expect(stdout).toMatch(/localhost\/app +1-flat +\w+ .* 1\n/);
  });

  it("says in its own words that it has no user IDs for the owners of an image's files, and keeps nothing of it", async () => {
    const { archive } = exoticImage(workshop);
    const refused = copy(archive, "podman:exotic:1", { podman: { host } });
    await expect(refused).rejects.toMatchObject({
      code: "DESTINATION_REFUSED",
      message: expect.stringMatching(/subuid/),
    });
    const gone = flatten("podman:exotic:1", "podman:exotic:2", { podman: { host } });
    await expect(gone).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });
});
