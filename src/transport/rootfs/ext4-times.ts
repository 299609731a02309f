import { createFile } from "../../bytes/file-writer.ts";
import type { Scratch } from "../../bytes/scratch.ts";
import { TransportError } from "../../errors.ts";
import { type Program, readProgram, runProgram } from "./program.ts";

/** What {@link settleTimes} needs to know. */
export interface SettleOptions {
  /** The ext4 filesystem. */
  readonly file: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly program: Omit<Program, "name" | "args">;
  /** For the commands for debugfs, which it reads a hundred times faster from a file than from a pipe. */
  readonly scratch: Scratch;
}

/**
 * Sets the times of last access and of last change of all files of an ext4 filesystem. mke2fs copies both from the
 * folder, where they are the time of unpacking, and no system call can set the latter.
 * @throws TransportError TRANSPORT_FAILED
 */
export async function settleTimes({ file, seconds, program, scratch }: SettleOptions): Promise<void> {
  const inodes = await usedInodes(file, program);
  const path = await scratch.path("ext4-times");
  await using script = await createFile(path, { signal: program.signal, side: "scratch" });
  await script.appendAll(commands(inodes, seconds));
  let failed: string | undefined;
  // After a failure debugfs continues, and exits with 0; its first line is its version.
  const warned = (line: string): void => {
    if (line.trim() !== "" && !line.startsWith("debugfs ")) failed ??= line;
  };
  await runProgram({ ...program, warned, name: "debugfs", args: ["-w", "-f", path, file] });
  if (failed !== undefined) throw new TransportError("TRANSPORT_FAILED", `cannot ${program.task}: debugfs: ${failed}`);
}

const TOGETHER = 1000;

async function* commands(inodes: readonly number[], seconds: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < inodes.length; at += TOGETHER) {
    const lines = inodes
      .slice(at, at + TOGETHER)
      .map((inode) => `sif <${inode}> atime @${seconds}\nsif <${inode}> ctime @${seconds}\n`);
    yield Buffer.from(lines.join(""));
  }
}

const ROOT = 2;
const FIRST_FREE = 11;

/** The inodes of the root and of all files: those that no block group lists as free. */
async function usedInodes(file: string, program: SettleOptions["program"]): Promise<number[]> {
  const dumpe2fs = { ...program, name: "dumpe2fs", args: [file] };
  const chunks: Uint8Array[] = [];
  for await (const chunk of readProgram(dumpe2fs, nothing())) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("latin1");
  const [, count = "0"] = /^Inode count: +(\d+)$/m.exec(text) ?? [];
  const used = [ROOT];
  let next = FIRST_FREE;
  for (const [from, to] of freeRanges(text)) {
    for (; next < from; next += 1) used.push(next);
    next = Math.max(next, to + 1);
  }
  for (; next <= Number(count); next += 1) used.push(next);
  return used;
}

/** `  Free inodes: 16-664, 700`, a line for each group. */
function freeRanges(text: string): (readonly [from: number, to: number])[] {
  return [...text.matchAll(/^ {2}Free inodes: (.+)$/gm)].flatMap(([, list = ""]) =>
    list.split(", ").map((range) => {
      const [from = "", to = from] = range.split("-");
      return [Number(from), Number(to)] as const;
    }),
  );
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
