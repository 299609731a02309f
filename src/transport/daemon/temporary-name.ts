import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/** Repository of the names that planish gives for a moment. */
export const TEMPORARY = "planish-temporary";

/** What a name was given for: a person who meets one sees it. */
export type TemporaryPurpose = "commit" | "import" | "load";

/**
 * A name that no other run uses and that says whose it is: purpose, time, the place and the process of this run. From
 * it a later run can tell whether this one is still at work ({@link isLeftover}).
 */
export function temporaryTag(purpose: TemporaryPurpose): string {
  const time = Math.floor(Date.now() / 1000);
  return `${TEMPORARY}:${purpose}-${time}-${place()}-${process.pid}-${randomBytes(4).toString("hex")}`;
}

/**
 * Tells whether a name is that of a run which is certainly over: its process, on this machine, is gone, or it is more
 * than a day old. A name of any other form is nobody's leftover.
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
 * Where a process number means the same process: one boot of a machine, and there one namespace. Only Linux tells it.
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

/** A process of another user is running too, though it may not be signalled. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
