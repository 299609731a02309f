import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { collect } from "../../src/bytes/collect.ts";
import { loadImages } from "../../src/image/load-images.ts";
import { analyze, copy, type FleetImage, flatten, measure, planFlatten } from "../../src/index.ts";
import { openSource } from "../../src/transport/open-source.ts";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { addDebianBase } from "../support/corpus/bases.ts";
import { buildImage } from "../support/corpus/build-image.ts";
import { type DiveMember, diveTwin } from "../support/dive-twin.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { engineClient } from "../support/engine-copy.ts";
import { engineFolder, viewPath } from "../support/engines/engine-namespace.ts";
import { type ApiEngine, engineSockets } from "../support/engines/engine-set.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { readNaively } from "../support/naive-tar.ts";
import { startRegistry } from "../support/registry/registry-server.ts";
import { runCli } from "../support/run-cli.ts";
import { dir, file, layer, utf8, whiteout } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";
import { transportContext } from "../support/transport-context.ts";

/** A file that is written, chowned and removed; credentials in one layer. */
const WASTEFUL = {
  tag: "wasteful:1.0",
  dockerfile: `FROM scratch
ADD base.tar /
RUN head -c 4000000 /dev/urandom > /opt/large; echo 'machine example.org login me password pass-word' > /root/.netrc
RUN rm -r /opt/large /root/.netrc /usr/share/doc; echo x >> /var/log/x.log; head -c 3000000 /dev/urandom > /srv/kept
RUN chown 7:7 /srv/kept; echo y >> /var/log/x.log
`,
  fill: addDebianBase,
};

e2eSuite("Analysis", (workshop) => {
  const folder = testFolder();

  it("of what Docker built on Debian has dive's figures, finds what it left behind, and predicts the flat image", async () => {
    const archive = await buildImage(workshop, { ...WASTEFUL, builder: workshop.engines.docker20 });
    const analysis = (await analyze([archive])).sources[0]?.images[0];
    const { efficiency, wastedBytes } = diveTwin(await membersOf(archive, folder.in("scratch")));
    expect(analysis).toMatchObject({ efficiency, wastedBytes });
    expect(wastedBytes).toBeGreaterThan(1_000_000);
    expect(analysis?.hiddenFiles.map(({ path }) => path)).toContain("opt/large");
    expect(analysis?.prunable.map(({ profile }) => profile)).toContain("logs");
    expect(analysis?.layers.at(-1)?.duplicates.size).toBeGreaterThan(2_000_000);
    expect(analysis?.ghosts.secrets).toMatchObject([
      { path: "root/.netrc", pattern: "netrc-password", line: 1, excerpt: "machine…", hiddenBy: { layer: 2 } },
    ]);
    expect(analysis?.recommendation.action).not.toBe("leave");

    const goal = `docker-archive:${folder.in("flat.tar")}`;
    const plan = (await planFlatten(archive, goal, { compression: "none" })).images[0];
    const made = (await flatten(archive, goal, { compression: "none" })).images[0]?.after.layers[0];
    expect(plan?.result[0]).toMatchObject({ size: made?.size, uncompressedSize: made?.uncompressedSize });
    expect(analysis?.flat.uncompressedSize).toBe(made?.uncompressedSize);
  });

  it("of all images of a repository in Docker sums them up", async () => {
    const host = `unix://${engineSockets(workshop.namespace).docker20}`;
    const base = layer(file("base", "b".repeat(400_000)));
    const stacks = [
      [base, layer(file("tmp", "t".repeat(300_000))), layer(whiteout("tmp"), file("app", "a"))],
      [base, layer(file("other", "o"))],
    ];
    const made = stacks.map((layers, at) => {
      const fixture = image({ tags: [`fleet.test/app:${at}`], layers });
      return writeArchive(folder.in(`fleet-${at}.tar`), dockerClassic(fixture));
    });
    const names = stacks.map((_, at) => `fleet.test/app:${at}`);
    for (const [at, archive] of made.entries()) {
      await copy(archive, `docker-daemon:${names[at]}`, { docker: { host }, force: true });
    }
    try {
      const args = ["analyze", "--all-of", "docker-daemon:fleet.test/app", "-H", host, "--format", "json"];
      const { status, stdout } = await runCli(args);
      const { fleet, sources } = JSON.parse(stdout);
      expect({ status, sources: sources.length }).toEqual({ status: 0, sources: 2 });
      const actions = fleet.images.map(({ source, action }: FleetImage) => [source, action]).sort();
      expect(actions).toEqual([
        ["docker-daemon:fleet.test/app:0", "squash above the base"],
        ["docker-daemon:fleet.test/app:1", "leave"],
      ]);
      expect(fleet.now.storage - fleet.advised.storage).toBeGreaterThan(300_000);
    } finally {
      for (const name of names) await workshop.engines.docker20.remove(name);
    }
  });

  /** DiffIDs of the layers in Docker's classic store, even of those that no image has. */
  const unpackedLayers = (name: ApiEngine): string[] => {
    if (name !== "docker20" && name !== "docker26") return [];
    const { namespace, engines } = workshop;
    const layers = join(engineFolder(namespace, engines[name].name), "data/image/overlay2/layerdb/sha256");
    const at = viewPath(namespace, "none", layers);
    return readdirSync(at).map((chainId) => readFileSync(join(at, chainId, "diff"), "utf8"));
  };

  const wasteful = image({
    tags: ["measured:1"],
    layers: [
      // Names as in Debian, and names that are not valid in any encoding.
      layer(dir(utf8("dür")), file(utf8("dür/Főtanúsítvány.crt"), "x"), file("d\xff", "y")),
      layer(dir("data"), ...Array.from({ length: 300 }, (_, at) => file(`data/${at}`, `${at}`.repeat(2000)))),
      layer(...Array.from({ length: 200 }, (_, at) => whiteout(`data/${at}`))),
    ],
    config: { Entrypoint: ["/not/there"] },
  });

  it.each<readonly [ApiEngine, "pull" | "load", string]>([
    ["docker20", "load", "an archive"],
    ["docker26", "pull", "a registry"],
    ["docker26Containerd", "pull", "a registry"],
    ["podman5", "load", "an archive"],
  ])("measured in %s by a %s of %s has times for both images, and leaves nothing there", async (name, way) => {
    const host = `unix://${engineSockets(workshop.namespace)[name]}`;
    const engine = name.startsWith("podman") ? "podman" : "docker";
    const client = await engineClient(workshop, name, transportContext(folder.in("scratch")));
    const left = async (): Promise<unknown> => [
      JSON.stringify(await client.json({ path: "/images/json", query: { all: "1" } })).match(/planish-temporary/g),
      JSON.stringify(await client.json({ path: "/containers/json", query: { all: "1" } })).match(/planish-temporary/g),
      unpackedLayers(name).filter((diffId) => wasteful.layers.some((layer) => layer.diffId === diffId)),
    ];
    const rounds = engine === "podman" ? 1 : 2;
    const source = writeArchive(folder.in("app.tar"), dockerClassic(wasteful));
    await using registry = way === "pull" ? await startRegistry() : undefined;
    const pulled = registry && `docker://${registry.host}/measured:1`;
    if (pulled !== undefined) await copy(source, pulled, {});
    const measured = await measure(pulled ?? source, { engine, rounds, [engine]: { host } });
    expect(measured).toMatchObject({ engine, endpoint: host, rounds, platform: "linux/amd64" });
    const steps = measured.steps.map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining([way, "create", "start", "export"]));
    expect(steps.includes(way === "pull" ? "load" : "pull")).toBe(false);
    expect(steps.includes("walk")).toBe(measured.notMeasured === undefined);
    for (const { before, flat } of measured.steps) {
      for (const { least, median, most } of [before, flat]) {
        expect(least > 0 && least <= median && median <= most).toBe(true);
      }
    }
    expect(await left()).toEqual([null, null, []]);
  });
});

/** The members that dive would see, read by the slow twin of the tar reader. */
async function membersOf(archive: string, scratch: string): Promise<DiveMember[][]> {
  await using context = transportContext(scratch);
  await using source = await openSource(archive, context, NO_SERVERS);
  const { images } = await loadImages(source, { all: false }, context);
  const layers: DiveMember[][] = [];
  for (const { descriptor } of images[0]?.layers ?? []) {
    const tar = await collect(source.readBlob(descriptor), descriptor.size, "totalBytes");
    layers.push(readNaively(tar).map(({ name, typeflag, content }) => ({ name, typeflag, size: content.length })));
  }
  return layers;
}
