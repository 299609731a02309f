import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { diff, explain, fileTree, listFiles, type RunOptions, readFile } from "../../src/index.ts";
import { tortureImage } from "../support/corpus/torture.ts";
import type { CorpusImage } from "../support/corpus/workshop.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineClient } from "../support/engine-copy.ts";
import { engineSockets } from "../support/engines/engine-set.ts";
import { listedFiles, mountedFiles } from "../support/listed-tree.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";

const ENGINES = [
  ["docker20", "docker-daemon"],
  ["podman5", "podman"],
] as const;

const CHANGES =
  "echo more >> /torture/opaque/deep/x; rm /torture/links/kept-b; chmod 700 /torture/opaque; touch /made; true";

e2eSuite("An image that Docker 20.10 built, looked into,", (workshop) => {
  const folder = testFolder();
  let image: CorpusImage;
  beforeAll(async () => {
    image = await tortureImage(workshop, workshop.engines.docker20);
  });
  const optionsOf = (name: (typeof ENGINES)[number][0]): RunOptions => {
    const host = `unix://${engineSockets(workshop.namespace)[name]}`;
    return name === "podman5" ? { podman: { host } } : { docker: { host } };
  };

  it.each(ENGINES)("holds in %s what the engine mounts, entry by entry", async (name, transport) => {
    const engine = workshop.engines[name];
    const id = await engine.load(image.archive);
    try {
      const [mounted, passwd] = await engine.mount(id, (root) => [
        snapshotTree(root),
        readFileSync(join(root, "etc/passwd")),
      ]);
      const { entries } = await listFiles(`${transport}:${id}`, "", { ...optionsOf(name), recursive: true });
      expect(listedFiles(entries)).toEqual(mountedFiles(mounted));
      const chunks: Uint8Array[] = [];
      const take = (chunk: Uint8Array): void => void chunks.push(Buffer.from(chunk));
      await readFile(`${transport}:${id}`, "etc/passwd", { ...optionsOf(name), take });
      expect(Buffer.concat(chunks)).toEqual(passwd);
      const { tree } = await fileTree(`${transport}:${id}`, "torture", optionsOf(name));
      expect(tree.entries).toBe([...mounted.keys()].filter((path) => path.startsWith("torture/")).length);
    } finally {
      await engine.remove(id);
    }
  });

  it("explains what its steps did", async () => {
    const source = `docker-archive:${image.archive}`;
    const effects = async (path: string): Promise<string[]> => {
      const { steps } = await explain(source, path);
      return steps.map(({ effect, type }) => `${effect} ${type}`);
    };
    expect(await effects("torture/links/leader-removed-a")).toEqual([
      ...["adds file", "links hardlink", "links hardlink", "removes whiteout"],
    ]);
    expect(await effects("torture/swap/was-file")).toEqual([
      "adds file",
      "changes directory",
      "empties opaque",
      "changes symlink",
    ]);
    const gone = await explain(source, "torture/opaque/old");
    expect(gone.flat).toBeNull();
    expect(gone.steps.at(-1)).toMatchObject({ effect: expect.stringMatching(/^(hides|removes)$/) });
    expect(gone.steps.at(-1)?.createdBy).toContain("step.sh");
  });

  it("differs from a container by what was changed there", async () => {
    await using context = transportContext(folder.path);
    const client = await engineClient(workshop, "docker20", context);
    const id = await workshop.engines.docker20.load(image.archive);
    const Cmd = ["sh", "-c", CHANGES];
    const HostConfig = { NetworkMode: "none", CgroupParent: `/${workshop.namespace.state.split("/").at(-1)}` };
    const made = (await client.json({
      ...{ method: "POST", path: "/containers/create", headers: { "content-type": "application/json" } },
      body: (async function* () {
        yield Buffer.from(JSON.stringify({ Image: id, Cmd, HostConfig }));
      })(),
    })) as { Id: string };
    try {
      await client.request({ method: "POST", path: `/containers/${made.Id}/start` });
      await client.json({ method: "POST", path: `/containers/${made.Id}/wait` });
      const found = await diff(`docker-daemon:${id}`, `container:${made.Id}`, {
        ...optionsOf("docker20"),
        ignore: ["mtime"],
      });
      const words = found.differences.map(({ kind, path, attributes }) =>
        [kind, path, ...attributes.map(({ attribute }) => attribute)].join(" "),
      );
      expect(words).toEqual(
        expect.arrayContaining([
          "added made",
          "added torture/opaque/deep/x",
          "removed torture/links/kept-b",
          "changed torture/opaque mode",
        ]),
      );
      expect(found.config.map(({ field }) => field)).toContain("config.Cmd");
    } finally {
      await client.request({ method: "DELETE", path: `/containers/${made.Id}`, query: { force: "1", v: "1" } });
      await workshop.engines.docker20.remove(id);
    }
  });
});
