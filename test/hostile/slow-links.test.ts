import { expect, test } from "vitest";
import { explain, fileTree, listFiles } from "../../src/index.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer, symlink } from "../support/tar-fixture.ts";
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
])("links with long detours do not slow down %s", async (_, look) => {
  const source = writeArchive(folder.in("app.tar"), dockerClassic(image({ layers: [layer(...links, ...behind)] })));
  const begun = process.threadCpuUsage();
  await look(source);
  const { user, system } = process.threadCpuUsage(begun);
  expect((user + system) / 1e6).toBeLessThan(3);
});
