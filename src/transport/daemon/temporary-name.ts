import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { errnoOf } from "../../bytes/io-error.ts";

/** Repository of planish's temporary names. */
export const TEMPORARY = "planish-temporary";

/** What a temporary name is for; it is part of the name, for those who find one. */
export type TemporaryPurpose = "commit" | "import" | "load";

/**
 * A unique temporary name. It contains purpose, time, and place and process ID of this run, from which a later run can
 * tell whether this one is still running ({@link isLeftover}).
 */
export function temporaryTag(purpose: TemporaryPurpose): string {
  const time = Math.floor(Date.now() / 1000);
  return `${TEMPORARY}:${purpose}-${time}-${place()}-${process.pid}-${randomBytes(4).toString("hex")}`;
}

/**
 * Tells whether a name belongs to a run that has certainly ended: its process ran on this machine and is gone, or the
 * name is more than a day old. A name of any other form is never a leftover.
 */
export function isLeftover(tag: string, now: number = Date.now()): boolean {
  const [, time, at, pid] = FORM.exec(tag.replace(/^(docker\.io\/library|localhost|127\.0\.0\.1:\d+)\//, "")) ?? [];
  if (time === undefined) return false;
  if (now / 1000 - Number(time) > LEFTOVER_SECONDS) return true;
  return at === place() && at !== UNKNOWN_PLACE && !isRunning(Number(pid));
}

const FORM = new RegExp(`^${TEMPORARY}:(?:commit|import|load)-(\\d+)-([0-9a-f]{8})-(\\d+)-[0-9a-f]{8}$`);
const LEFTOVER_SECONDS = 24 * 60 * 60;
const UNKNOWN_PLACE = "00000000";

let known: string | undefined;

/**
 * Identifies the boot of the machine and the PID namespace, in which a process ID stands for one process. Known only on
 * Linux.
 */
function place(): string {
  known ??= findPlace();
  return known;
}

function findPlace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
    return createHash("sha256")
      .update(`${boot}${readlinkSync("/proc/self/ns/pid")}`)
      .digest("hex")
      .slice(0, 8);
  } catch {
    return UNKNOWN_PLACE;
  }
}

/** A process that may not be signalled (EPERM) belongs to another user and is running. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== "ESRCH";
  }
}
