import { expect, test } from "vitest";
import { explain, fileTree, flatten, fsdigest, listFiles } from "../../src/index.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, hardlink, layer, symlink } from "../support/tar-fixture.ts";
import { testFolder } from "../support/test-folder.ts";

const folder = testFolder();

/** Each link leads down 800 directories, up again, and to the next link. */
const DETOUR = "a/".repeat(800) + "../".repeat(800);
const links = Array.from({ length: 40 }, (_, at) => symlink(`l${at}`, `${DETOUR}l${at + 1}`));
const behind = Array.from({ length: 200 }, (_, at) => file(`l0/x${at}`));

test.each([
  ["explain", (source: string) => explain(source, "/l0")],
  ["explain, of what leads there", (source: string) => explain(source, "/l0/x7")],
  ["ls", (source: string) => listFiles(source, "/l0")],
  ["tree", (source: string) => fileTree(source, "/l0")],
  ["flatten --verify", (source: string) => flatten(source, `oci:${folder.in("flat")}`, { verify: true })],
])("links with long detours do not slow down %s", async (_, look) => {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [layer(...links, ...behind)] })));
  const begun = process.threadCpuUsage();
  await look(source);
  const { user, system } = process.threadCpuUsage(begun);
  expect((user + system) / 1e6).toBeLessThan(3);
});

test.each([
  ["flatten", (source: string) => flatten(source, `oci:${folder.in("flat")}`)],
  ["fsdigest", (source: string) => fsdigest(source)],
  ["explain", (source: string) => explain(source, "/l0")],
])("%s ends early if every path leads through such links anew", async (_, read) => {
  const turns = Array.from({ length: 5000 }, (_, at) => file(`l${at % 2}/x${at}`));
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [layer(...links, ...turns)] })));
  const begun = process.threadCpuUsage();
  await expect(read(source)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries" } });
  const { user, system } = process.threadCpuUsage(begun);
  expect((user + system) / 1e6).toBeLessThan(6);
});

test.each([
  ["flatten", (source: string) => flatten(source, `oci:${folder.in("flat")}`, { limits: { entries: 1_000_000 } })],
  ["fsdigest", (source: string) => fsdigest(source, { limits: { entries: 1_000_000 } })],
])("%s ends early if hard links to a file with many xattrs could keep it busy", async (_, read) => {
  const xattrs = Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`a${at}`, ""]));
  const names = Array.from({ length: 100 }, (_, at) => hardlink(`l${at}`, "f"));
  const stacked = layer(file("f", "", { xattrs }), ...names);
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [stacked] })));
  const limit = { limit: "entries", allowed: 1_000_000 };
  await expect(read(source)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: limit });
});

test("explain ends early if links that change lead it through such links anew", async () => {
  const turns = Array.from({ length: 5000 }, (_, at) => [symlink(`z${at}`, "z"), file(`l0/x${at}`)]).flat();
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [layer(...links, ...turns)] })));
  await expect(explain(source, "/l0")).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries" } });
});
