import { describe, expect, test } from "vitest";
import { modeText, stateText, timeText } from "../../../../src/report/page/entry-text.ts";
import {
  childrenOf,
  entriesOf,
  fileModel,
  ghostPaths,
  shownPath,
  trailOf,
} from "../../../../src/report/page/file-model.ts";
import { reportFiles } from "../../../support/report-fixture.ts";
import { dir, file, hardlink, layer, opaque, utf8, whiteout } from "../../../support/tar-fixture.ts";

const model = fileModel(
  reportFiles(
    layer(dir("etc"), file("etc/gone", "12345"), file("etc/kept", "123"), file("top", "1", { mode: 0o4755, uid: 7 })),
    layer(whiteout("etc/gone"), file("etc/kept", "12"), file(utf8("été/\u202e"), ""), file("raw\xff\n", "")),
  ),
);
const at = (path: string): number => {
  const found = [...model.columns.names.keys()].find((each) => shownPath(model, each) === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
};

describe("the files of a report in the page", () => {
  test("know their children, their directories and their bytes", () => {
    expect([...childrenOf(model, 0)].map((path) => shownPath(model, path))).toEqual([
      "/etc",
      "/raw\\xff\\n",
      "/top",
      "/été",
    ]);
    expect([...childrenOf(model, at("/etc"))]).toEqual([at("/etc/gone"), at("/etc/kept")]);
    expect(trailOf(model, at("/etc/gone"))).toEqual([0, at("/etc"), at("/etc/gone")]);
    expect([model.kept[0], model.hidden[0]]).toEqual([3, 8]);
    expect([model.kept[at("/etc")], model.hidden[at("/etc")]]).toEqual([2, 8]);
  });

  test("escape deceptive characters", () => {
    expect(shownPath(model, at("/été/\\u{202e}"))).toBe("/été/\\u{202e}");
  });

  test("are ghosts if layers have them and the flat image does not", () => {
    const ghosts = [...ghostPaths(model)].flatMap((mark, path) => (mark === 1 ? [shownPath(model, path)] : []));
    expect(ghosts).toEqual(["/etc/gone"]);
  });

  test("say for each layer what happened to them", () => {
    const story = (path: string): string[] => entriesOf(model, at(path)).map((entry) => stateText(model, entry));
    expect(story("/etc/gone")).toEqual(["removed by layer 1", "removes lower ones"]);
    expect(story("/etc/kept")).toEqual(["replaced by layer 1", "in the flat image"]);
  });

  test("show mode and time as ls does", () => {
    const [entry = -1] = entriesOf(model, at("/top"));
    expect(modeText(model, entry)).toBe("-rwsr-xr-x");
    expect(timeText(model, entry)).toBe("2023-11-14 22:13");
  });

  test("are not ghosts if an opaque whiteout clears a directory that is filled again", () => {
    const anew = fileModel(reportFiles(layer(dir("d"), file("d/a", "1")), layer(opaque("d"), file("d/a", "2"))));
    expect(ghostPaths(anew).includes(1)).toBe(false);
  });

  test("are in the flat image if another name of a hard link has their content", () => {
    const linked = fileModel(
      reportFiles(
        layer(file("a", "12345"), hardlink("b", "a"), file("c", "1"), file("d", "1"), hardlink("e", "d")),
        layer(file("d", "22")),
        layer(whiteout("a"), whiteout("c"), whiteout("d")),
      ),
    );
    const story = [...linked.paths.keys()].map(
      (entry) => `${shownPath(linked, linked.paths[entry] ?? 0)} ${stateText(linked, entry)}`,
    );
    expect(story).toEqual([
      "/a kept by a hard link",
      "/a removes lower ones",
      "/b in the flat image",
      "/c removed by layer 2",
      "/c removes lower ones",
      "/d kept by a hard link",
      "/d removed by layer 2",
      "/d removes lower ones",
      "/e in the flat image",
    ]);
    expect([linked.kept[0], linked.hidden[0]]).toEqual([6, 3]);
    expect([...ghostPaths(linked)]).toEqual([0, 0, 0, 1, 1, 0]);
  });
});
