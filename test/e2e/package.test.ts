import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ociLayout, writeFolder } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { file, layer } from "../support/tar-fixture.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

/** What an older build might have left. */
const STALE = "dist/stale.js";

describe("the package, packed and installed as users get it,", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "planish-package-"));
    await writeFile(join(root, STALE), "");
    await run("npm", ["pack", "--pack-destination", folder], { cwd: root });
    const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "no tarball";
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await run("npm", ["install", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline", join(folder, tarball)], {
      cwd: folder,
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("is built anew when it is packed, whatever was there before", async () => {
    await expect(stat(join(folder, "node_modules/planish/dist/index.js"))).resolves.toBeDefined();
    await expect(stat(join(folder, "node_modules/planish", STALE))).rejects.toThrow("ENOENT");
  });

  test("has a program that flattens", async () => {
    const { stdout } = await run(join(folder, "node_modules/.bin/planish"), ["demo", join(folder, "demo")]);
    expect(stdout).toContain("planish-demo-flat.tar");
  });

  test("is a command in a clone, and everywhere once the clone is installed globally", async () => {
    const globally = [
      "install",
      "--global",
      "--no-audit",
      "--no-fund",
      "--offline",
      "--prefix",
      join(folder, "global"),
    ];
    await run("npm", [...globally, "."], { cwd: root });
    const version = `${(JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version}\n`;
    await expect(run(join(folder, "global/bin/planish"), ["--version"])).resolves.toMatchObject({ stdout: version });
    await expect(run("npx", ["planish", "--version"], { cwd: root })).resolves.toMatchObject({ stdout: version });
  });

  test("has a library that can be imported by its name", async () => {
    const script = `import { flatten } from "planish";
      const { images } = await flatten("demo/planish-demo.tar", "oci:layout:flat");
      console.log(images[0].after.layers[0].compression, images[0].entries.kept > 0);`;
    await run(join(folder, "node_modules/.bin/planish"), ["demo", join(folder, "demo")]);
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder });
    expect(stdout.trim()).toBe("gzip true");
  });

  test("includes the page of reports", async () => {
    await run(join(folder, "node_modules/.bin/planish"), ["demo", join(folder, "demo")]);
    const report = ["report", "demo/planish-demo.tar", "--force"];
    const { stdout } = await run(join(folder, "node_modules/.bin/planish"), report, { cwd: folder });
    expect(stdout).toContain("to report.html");
    expect((await stat(join(folder, "report.html"))).size).toBeGreaterThan(50_000);
  });

  test("exports nothing that is not public", async () => {
    const script = 'await import("planish/dist/run.js")';
    await expect(run(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder })).rejects.toThrow(
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    );
  });

  test.each(["", "--import=data:text/javascript,"])(
    "says what to do when it is bundled without its files [%s]",
    async (nodeOptions) => {
      const layers = [layer(file("large", randomBytes(5_000_000))), layer(file("small"))];
      writeFolder(join(folder, "layout"), ociLayout(image({ compression: "gzip", layers })));
      const script = `import { flatten } from "planish"; await flatten("layout", "oci:flat").catch((error) => {
      console.log(error.code, error.details.hint);
    });`;
      const [stdin, outfile] = [{ contents: script, resolveDir: folder }, join(folder, "out/bundle.mjs")];
      await build({ stdin, outfile, bundle: true, platform: "node", format: "esm" });
      const env = { ...process.env, NODE_OPTIONS: nodeOptions };
      const { stdout } = await run(process.execPath, [outfile], { cwd: folder, env });
      expect(stdout).toMatch(/^WORKER_LOST .*tell your bundler that the package is external/);
    },
  );

  test("is packed as package managers and bundlers expect", async () => {
    const { messages } = await publint({ pkgDir: root, strict: true });
    expect(messages).toEqual([]);
  });
});
