import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compareTrees } from "../support/compare-trees.ts";
import { e2eSuite } from "../support/e2e-suite.ts";
import { snapshotTree } from "../support/tree-snapshot.ts";

const MAKE = `
mkdir -p dir/sub; echo one > dir/file; ln dir/file dir/hard; cp -p dir/file dir/alone; ln -s target dir/link
mknod dir/device c 1 3; mkfifo dir/pipe; printf x > "$(printf 'dir/latin-\\351')"; setfattr -n user.a -v 1 dir/file
cp /bin/true dir/tool; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 dir/tool
setfattr -n user.long -v "$(printf 'v%.0s' $(seq 999))" "$(printf 'dir/latin-\\351')"
find . -exec touch -h -d '2020-01-01 00:00:00.123456789 UTC' {} +
`;

/** Each seeded difference, and the expected report. */
const SEEDED: readonly (readonly [change: string, reported: readonly string[]])[] = [
  ["touch -d '2020-01-01 00:00:00.123456788 UTC' dir/pipe", ["dir/pipe: mtimeNs"]],
  ["touch -h -d '2020-01-01 00:00:00.123456788 UTC' dir/link", ["dir/link: mtimeNs"]],
  ["chmod u+s dir/tool; touch -r dir/pipe dir/tool", ["dir/tool: mode 755 -> 4755"]],
  ["chown -h 1:2 dir/link", ["dir/link: owner 0:0 -> 1:2"]],
  ["setfattr -n user.a -v 2 dir/file", ["dir/file: xattr user.a 0x31 -> 0x32", "dir/hard: xattr user.a 0x31 -> 0x32"]],
  ["setfattr -x security.capability dir/tool", ["dir/tool: xattr security.capability"]],
  ["setfattr -n user.new -v 1 dir/sub", ["dir/sub: xattr user.new none -> 0x31"]],
  ['setfattr -x user.long "$(printf "dir/latin-\\\\351")"', ["dir/latin-\u00e9: xattr user.long"]],
  ["printf two > dir/file; touch -r dir/pipe dir/file", ["dir/file: content", "dir/hard: content"]],
  [
    "ln -snf other dir/link; touch -h -r dir/pipe dir/link; touch -r dir/pipe dir",
    ["dir/link: target target -> other"],
  ],
  ["rm dir/device; mknod dir/device c 1 5; touch -r dir/pipe dir/device dir", ["dir/device: device 1:3 -> 1:5"]],
  ["rm dir/pipe; touch -r dir/tool dir", ["dir/pipe: missing fifo"]],
  ["touch -r dir dir/new; touch -r dir/pipe dir", ["dir/new: unexpected file"]],
  [
    "rm dir/hard; cp -a dir/file dir/hard; touch -r dir/pipe dir",
    ["dir/file: linkGroup dir/file -> none", "dir/hard: linkGroup dir/file -> none"],
  ],
  [
    "ln -f dir/file dir/alone; touch -r dir/pipe dir",
    ["dir/alone: linkGroup none -> dir/alone", "dir/file: linkGroup dir/file", "dir/hard: linkGroup dir/file"],
  ],
  ["rmdir dir/sub; touch -r dir/pipe dir/sub; touch -r dir/pipe dir", ["dir/sub: type directory -> file"]],
];

e2eSuite("Comparing two filesystems", () => {
  let folder: string;
  const shell = (script: string): void => {
    execFileSync("sh", ["-euc", script], { cwd: folder });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planish-compare-"));
    mkdirSync(join(folder, "dir"));
    shell(MAKE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("finds no difference between a filesystem and itself", () => {
    const tree = snapshotTree(folder);
    expect(tree.size).toBe(10);
    expect(compareTrees(tree, snapshotTree(folder))).toEqual([]);
  });

  it.each(SEEDED)("reports `%s` and nothing else", (change, reported) => {
    const before = snapshotTree(folder);
    shell(change);
    const differences = compareTrees(before, snapshotTree(folder));
    expect(differences).toHaveLength(reported.length);
    for (const [at, words] of reported.entries()) expect(differences[at]).toContain(words);
  });

  it("ignores the mtime of a named directory, and nothing else of it", () => {
    const before = snapshotTree(folder);
    shell("touch dir/sub; chmod 700 dir/sub");
    const limits = { timelessDirectories: new Set(["dir/sub"]) };
    expect(compareTrees(before, snapshotTree(folder), limits)).toEqual(["dir/sub: mode 755 -> 700"]);
  });
});
