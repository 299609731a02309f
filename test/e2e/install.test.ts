import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runCommand } from "../support/engines/run-command.ts";
import { testFolder } from "../support/test-folder.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/install.sh", import.meta.url));
const folder = testFolder();

function write(name: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(folder.in(name)), { recursive: true });
  writeFileSync(folder.in(name), content, { mode });
}

/** Runs a command in the folder, with its bin first in PATH, and npm without a network. */
function runHere(...argv: readonly string[]): Promise<unknown> {
  const env = { PATH: `${folder.in("bin")}:${process.env.PATH}`, npm_config_offline: "true", HOME: folder.in("home") };
  return runCommand(argv, { cwd: folder.path, env });
}

it("npm packages are installed completely on a machine whose Node is too old for optional ones", async () => {
  const [node] = process.versions.node.split(".");
  write("parts/node/package.json", JSON.stringify({ name: "node", version: "1.0.0", bin: "node" }));
  write("parts/node/node", `#!/bin/sh\nexec "${process.execPath}" "$@"\n`, 0o755);
  const native = { name: "native", version: "1.0.0", engines: { node: `>=${node}` } };
  write("parts/native/package.json", JSON.stringify(native));
  const devDependencies = { node: "file:node-1.0.0.tgz" };
  const optionalDependencies = { native: "file:native-1.0.0.tgz" };
  write("package.json", JSON.stringify({ name: "project", version: "1.0.0", devDependencies, optionalDependencies }));
  await runHere("npm", "pack", "./parts/node", "./parts/native");
  await runHere("npm", "install", "--package-lock-only");
  const lockfile = readFileSync(folder.in("package-lock.json"));

  write("old.cjs", `Object.defineProperty(process, "version", { value: "v${Number(node) - 1}.99.0" });`);
  write("bin/node", `#!/bin/sh\nexec "${process.execPath}" --require "${folder.in("old.cjs")}" "$@"\n`, 0o755);
  mkdirSync(folder.in("scripts"));
  copyFileSync(SCRIPT, folder.in("scripts/install.sh"));
  await runHere("bash", "scripts/install.sh");
  expect(existsSync(folder.in("node_modules/native/package.json"))).toBe(true);
  expect(readFileSync(folder.in("package-lock.json"))).toEqual(lockfile);
});
