import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { summarize } from "../../../src/verify/compare-filesystems.ts";
import { digestOfEntries, digestOfTree, type TwinEntry } from "../../support/fsdigest-twin.ts";
import { mergeStack } from "../../support/merge-stack.ts";
import { block, char, dir, fifo, file, hardlink, layer, type Member, symlink } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";
import { snapshotTree } from "../../support/tree-snapshot.ts";

const formats = join(import.meta.dirname, "../../../docs/formats");
const page = readFileSync(join(formats, "fsdigest.md"), "utf8");
const vectors: readonly { readonly name: string; readonly entries: readonly TwinEntry[]; readonly fsdigest: string }[] =
  JSON.parse(readFileSync(join(formats, "fsdigest-vectors.json"), "utf8"));
const hasPython = spawnSync("python3", ["-c", "import hashlib; hashlib.file_digest"]).status === 0;
const folder = testFolder();

/** An entry as a member of a tar; any but the first name of a group is a hard link. */
function memberOf(entry: TwinEntry): Member {
  const { path, content = "", target = "", device = "", group = path, ...rest } = entry;
  const time = BigInt(entry.mtime);
  const nanoseconds = BigInt.asUintN(64, ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const options = {
    mode: Number.parseInt(rest.mode, 8),
    uid: rest.uid,
    gid: rest.gid,
    mtime: Number((time - nanoseconds) / 1_000_000_000n),
    mtimeNanoseconds: Number(nanoseconds),
    xattrs: rest.xattrs ?? {},
  };
  const [major = 0, minor = 0] = device.split(":").map(Number);
  if (group !== path) return hardlink(path, group, options);
  if (rest.type === "d") return dir(path === "" ? "./" : path, options);
  if (rest.type === "l") return symlink(path, target, options);
  if (rest.type === "c") return char(path, major, minor, options);
  if (rest.type === "b") return block(path, major, minor, options);
  return rest.type === "p" ? fifo(path, options) : file(path, content, options);
}

describe("the filesystem digest", () => {
  test.each(vectors)("of the vector '$name' is the documented one", ({ entries, fsdigest }) => {
    const root = mergeStack([layer(...entries.map(memberOf))]);
    expect(summarize(root)).toEqual({
      fsdigest,
      entries: entries.length,
      bytes: entries.reduce(
        (sum, { path, group = path, content = "" }) => sum + (group === path ? content.length : 0),
        0,
      ),
    });
    expect(digestOfEntries(entries)).toBe(fsdigest);
  });

  test("of the documentation's examples is in its table", () => {
    expect(vectors.slice(0, 2).every(({ fsdigest }) => page.includes(`| \`${fsdigest}\` |`))).toBe(true);
    expect(vectors.length).toBeGreaterThan(5);
  });

  test("does not depend on the layers, the order of entries, names of owners or what a layer hides", () => {
    const one = layer(dir("a"), file("a/b", "1"), file("c", "2"));
    const many = [
      layer(file("c", "2", { uname: "somebody" }), file("a/x", "gone"), dir("a")),
      layer(file("a/b", "1", { pax: [["atime", "5"]] }), dir("a", { dialect: "gnu" }), file("a/.wh.x")),
    ];
    expect(summarize(mergeStack(many)).fsdigest).toBe(summarize(mergeStack([one])).fsdigest);
  });

  test.skipIf(!hasPython)(
    `of a folder is what the page's program prints${hasPython ? "" : " (skipped: no Python 3.11)"}`,
    () => {
      const program = /```python\n(.*?)```/s.exec(page)?.[1] ?? "";
      const script = `cd "$0" && mkdir -p d/e 'a-b' && printf x > d/e/f && ln d/e/f a-b/link && ln -s ../no d/sym && mkfifo p \
      && touch -d @-1.5 p && printf '\\377' > "$(printf 'n\\377\\n')" && chmod 4750 d/e/f && ln -P d/sym z && setfattr -n user.b -v 0xff0a -h d`;
      // Bash warns about a locale that the machine does not have.
      const env = { ...process.env, LC_ALL: "C" };
      const made = spawnSync("sh", ["-c", script, folder.path], { encoding: "utf8", env });
      expect(made).toMatchObject({ stderr: "", status: 0 });
      const printed = spawnSync("python3", ["-c", program, folder.path], { encoding: "utf8" });
      const tree = snapshotTree(folder.path);
      expect(tree.size).toBe(9);
      expect(printed.stdout.trim()).toBe(digestOfTree(tree));
    },
  );
});
