import { expect, test } from "vitest";
import { mergedListing } from "../../support/merge-stack.ts";
import { replay } from "../../support/oracle.ts";
import { dir, file, hardlink, layer, type Member, symlink, whiteout } from "../../support/tar-fixture.ts";

const VIEWS = ["containerd", "overlay2", "spec"] as const;

/** In `p`, `l` leads to `p` itself, so that an entry may replace a name on the way to its own directory. */
const round = [dir("p"), dir("p/b"), symlink("p/l", "."), file("p/l/x")];

test.each<[string, readonly Member[], string]>([
  ["nothing", [file("p/l/y")], "p/y"],
  ["a directory that is listed again", [dir("p/l/b"), file("p/l/y")], "p/y"],
  ["a link that takes the place of the link", [symlink("p/l/l", "b"), file("p/l/y")], "p/b/y"],
  ["a directory that does", [dir("p/l/l"), file("p/l/y")], "p/l/y"],
  ["a hard link that does", [symlink("z", "p/b"), hardlink("p/l/l", "z"), file("p/l/y")], "p/p/b/y"],
  ["a whiteout of the link", [whiteout("p/l/l"), file("p/l/y")], "p/y"],
])("an entry is where its path leads, after another of that directory and %s", (_, between, expected) => {
  const tar = layer(...round, ...between);
  for (const view of VIEWS) {
    const merged = mergedListing([tar], view);
    expect(Object.keys(merged).filter((path) => path.endsWith("/y"))).toEqual([expected]);
    expect(Object.keys(merged)).toEqual(Object.keys(replay([tar.tar()], view)).sort());
  }
});
