import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TransportError, UsageError } from "../../index.ts";
import type { InstallPluginFlags } from "../commands/install-plugin.ts";
import { createOutput, type Surroundings } from "../surroundings.ts";
import { escapeText } from "../text/escape.ts";
import { shellQuote } from "../text/shell-quote.ts";

/** Runs `planish install-plugin`. The script is replaced atomically. */
export async function runInstallPlugin(flags: InstallPluginFlags, { stdout, env }: Surroundings): Promise<void> {
  if (process.platform === "win32") {
    throw new UsageError("ARGUMENT_INVALID", "docker on Windows runs only plugins that are .exe files", {
      details: { hint: "use planish flatten docker-daemon:IMAGE, or docker inside WSL" },
    });
  }
  const directory = flags.dir ?? join(env.DOCKER_CONFIG || join(homeOf(env), ".docker"), "cli-plugins");
  const path = join(directory, "docker-flatten");
  const { write } = createOutput(stdout, env);
  const told = escapeText(path);
  try {
    const before = await readFile(path, "utf8").catch(absent);
    if (before !== undefined && !before.includes(MARK) && flags.force !== true) throw foreign(path);
    if (flags.uninstall === true) {
      await rm(path, { force: true });
      return write(before === undefined ? `There is no ${told}` : `Removed ${told}`);
    }
    await makeFolders(directory);
    await writeScript(path);
    write(`${before === undefined ? "Wrote" : "Replaced"} ${told}\nNext: docker flatten IMAGE`);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new TransportError("DESTINATION_REFUSED", "the plugin cannot be installed", { details: { path }, cause });
  }
}

/**
 * Makes a folder and its missing parents. Node's recursive `mkdir` fails with ENOENT on a read-only disk, and never
 * ends where the system answers that although the parent is there, as under an automounter.
 */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await mkdir(path);
  }
}

function homeOf(env: Surroundings["env"]): string {
  if (env.HOME) return env.HOME;
  try {
    return userInfo().homedir;
  } catch (cause) {
    throw new UsageError("ARGUMENT_INVALID", "the user has no home folder to put the plugin in", {
      details: { hint: "name a folder where docker looks for plugins with --dir" },
      cause,
    });
  }
}

const PROGRAM = fileURLToPath(new URL("../../../bin/docker-flatten.cjs", import.meta.url));
const MARK = "# Written by planish install-plugin";

/** Writes a script rather than a link: where docker runs, PATH may have no `node`, or another one. */
async function writeScript(path: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  const script = `#!/bin/sh\n${MARK}\nexec ${shellQuote(process.execPath)} ${shellQuote(PROGRAM)} "$@"\n`;
  try {
    await writeFile(partial, script, { flag: "wx" });
    await chmod(partial, 0o755);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

function foreign(path: string): UsageError {
  return new UsageError("DESTINATION_EXISTS", "there is a docker-flatten that planish did not write", {
    details: { path, hint: "replace or remove it with --force" },
  });
}
