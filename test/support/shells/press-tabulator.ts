import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineCache } from "../engines/engine-set.ts";
import { runCommand } from "../engines/run-command.ts";
import { ENTRY } from "../planish.ts";
import { programIn } from "../registry/debian-program.ts";

/**
 * Presses Tab in real shells that have loaded planish's completion script, and returns what they offer, or the
 * completed line.
 */
export interface Tabulator {
  /** The words with which bash would replace the last one, which starts after a colon or an equals sign. */
  bash(line: string): Promise<readonly string[]>;
  /** Whole words, each with a tab and its description. */
  fish(line: string): Promise<readonly string[]>;
  /** The line afterwards. */
  zsh(line: string): Promise<string>;
}

const PRESS_ZSH = fileURLToPath(new URL("press.zsh", import.meta.url));

/** Shells with planish in PATH and additional environment variables; their files are kept in a folder. */
export async function tabulator(folder: string, environment: Readonly<Record<string, string>>): Promise<Tabulator> {
  const bin = join(folder, "planish");
  writeFileSync(bin, `#!/bin/sh\nexec ${process.execPath} ${ENTRY} "$@"\n`, { mode: 0o755 });
  const env = { ...environment, PATH: `${folder}:${process.env.PATH}`, HOME: folder };
  const load = async (shell: string): Promise<string> => {
    const script = join(folder, `completion.${shell}`);
    writeFileSync(script, (await runCommand([bin, "completion", shell], { env })).stdout);
    return script;
  };
  const [bash, fish, zsh] = await Promise.all(["bash", "fish", "zsh"].map(load));
  const root = join(engineCache(), "shells");
  const lines = async (argv: readonly string[]): Promise<readonly string[]> =>
    (await runCommand(argv, { env })).stdout.split("\n").filter((line) => line !== "");
  return {
    bash: (line) => {
      const press = `source ${bash}; COMP_LINE=$1 COMP_POINT=\${#1}; _planish; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return lines(["bash", "--norc", "-c", press, "bash", line]);
    },
    fish: (line) => {
      const functions = join(root, "usr/share/fish/functions");
      const press = `set fish_function_path ${functions}; source ${fish}; complete -C ${JSON.stringify(line)}`;
      return lines([inRoot(folder, root, "usr/bin/fish"), "--no-config", "-c", press]);
    },
    zsh: async (line) => {
      const shell = inRoot(folder, root, "bin/zsh");
      return (await runCommand([shell, "-f", PRESS_ZSH, shell, root, zsh ?? "", line], { env })).stdout;
    },
  };
}

/** A program from the root filesystem of shells, as one file. */
function inRoot(folder: string, root: string, program: string): string {
  const start = join(folder, `start-${basename(program)}`);
  if (!existsSync(start)) {
    writeFileSync(start, `#!/bin/sh\nexec ${programIn(root, program).join(" ")} "$@"\n`, { mode: 0o755 });
  }
  return start;
}
