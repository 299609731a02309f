import { describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { schemaErrors } from "../../support/json-schema.ts";
import { runCli } from "../../support/run-cli.ts";
import { block, dir, file, hardlink, layer, symlink, whiteout } from "../../support/tar-fixture.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();
const layers = [
  layer(
    dir("usr/bin"),
    file("usr/bin/sudo", "x".repeat(12_345), { mode: 0o4711, xattrs: { "user.a": "b" } }),
    hardlink("usr/bin/sudoedit", "usr/bin/sudo", { mode: 0o4711, xattrs: { "user.a": "b" } }),
    symlink("bin", "usr/bin"),
    dir("tmp", { mode: 0o1777 }),
    block("disk", 8, 16),
  ),
  layer(
    whiteout("disk"),
    file("Gr\xc3\xb6\xc3\x9fe\xff", "1\n\x1b[2J\t\xc3\xa9", { uid: 1000, gid: 3_000_000 }),
    file("e\x1b[2J"),
  ),
];

function archive(): string {
  return writeArchive(folder.in("app.tar"), dockerClassic(image({ layers, tags: ["app:1"] })));
}

describe("planish ls", () => {
  test("draws a table as ls -l does, names escaped", async () => {
    const { status, stdout, stderr } = await runCli(["ls", archive()]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    await expect(stdout).toMatchFileSnapshot("golden/ls.txt");
    const inside = await runCli(["ls", archive(), "bin", "--bytes"]);
    await expect(inside.stdout).toMatchFileSnapshot("golden/ls-inside.txt");
    const one = await runCli(["ls", archive(), "--layer", "1"]);
    await expect(one.stdout).toMatchFileSnapshot("golden/ls-layer.txt");
  });

  test("takes paths as they are typed, and sorts by size", async () => {
    expect((await runCli(["ls", archive(), "/Größe"])).status).toBe(2);
    const { stdout } = await runCli(["ls", archive(), "-R", "--sort", "size"]);
    expect(stdout.split("\n")[1]).toMatch(/ {2}usr\/bin\/sudo$/);
  });

  test("keeps to the width of a terminal", async () => {
    const name = "n".repeat(200);
    const long = writeArchive(
      folder.in("long.tar"),
      dockerClassic(image({ layers: [layer(file(name), symlink("l", name))] })),
    );
    const { stdout } = await runCli(["ls", long], { terminal: true, env: { NO_COLOR: "1", LANG: "C.UTF-8" } });
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain("…");
  });

  test("prints JSON whose schema is documented, and reports missing paths", async () => {
    const { stdout } = await runCli(["ls", archive(), "-R", "--format", "json"]);
    expect(schemaErrors("ls", JSON.parse(stdout))).toEqual([]);
    const missing = await runCli(["ls", archive(), "disk"]);
    expect(missing).toMatchObject({ status: 2, stdout: "" });
    expect(missing.stderr).toMatch(
      /^planish: PATH_NOT_FOUND: the image has nothing at this path\n.*\n {2}entry {2}disk\n {2}hint {3}layer 0 was/,
    );
    expect(await runCli(["ls", archive(), "--layer", "-1"])).toMatchObject({ status: 2 });
  });
});

describe("planish tree", () => {
  test("draws directories with the sizes of their content", async () => {
    const { status, stdout } = await runCli(["tree", archive(), "--depth", "all"], { env: { LANG: "C.UTF-8" } });
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/tree.txt");
    const { stdout: dirs } = await runCli(["tree", archive(), "--dirs", "--sort", "size"]);
    await expect(dirs).toMatchFileSnapshot("golden/tree-dirs.txt");
  });

  test("prints JSON whose schema is documented", async () => {
    const { stdout } = await runCli(["tree", archive(), "usr", "--format", "json"]);
    expect(schemaErrors("tree", JSON.parse(stdout))).toEqual([]);
    expect(await runCli(["tree", archive(), "--depth", "none"])).toMatchObject({ status: 2 });
  });
});

describe("planish cat", () => {
  test("writes the exact bytes to a pipe, and escapes them on a terminal", async () => {
    expect((await runCli(["cat", archive(), "bin/../bin/sudoedit"])).stdout).toBe("x".repeat(12_345));
    const text = writeArchive(
      folder.in("text.tar"),
      dockerClassic(image({ layers: [layer(file("a", "1\n\x1b[2J\t\xc3\xa9\xff\xc3"))] })),
    );
    expect((await runCli(["cat", text, "a"])).stdout).toBe("1\n\x1b[2J\t\u00e9\ufffd\ufffd");
    expect((await runCli(["cat", text, "a"], { terminal: true })).stdout).toBe("1\n\\x1b[2J\t\u00e9\ufffd\ufffd");
  });

  test("refuses JSON, and paths that are not files", async () => {
    expect(await runCli(["cat", archive(), "bin", "--format", "json"])).toMatchObject({ status: 2 });
    const said = (await runCli(["cat", archive(), "bin"])).stderr;
    expect(said).toMatch(/a directory has no content$/m);
    expect(said).toMatch(/hint +planish ls lists what is in it$/m);
  });
});
