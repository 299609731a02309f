import { type FileModel, isMarker } from "./file-model.ts";

/** Whether an entry is in the flat image or why not, in few words. */
export function stateText({ columns }: FileModel, entry: number): string {
  const reason = columns.reasons[columns.reasonNumbers[entry] ?? 0];
  if (reason === "kept") return "in the flat image";
  if (reason === "adopted") return "kept by a hard link";
  const by = columns.hiddenBy[entry] ?? 0;
  if (isMarker(columns.types[columns.typeNumbers[entry] ?? 0])) return "removes lower ones";
  return by === 0 ? `hidden (${reason})` : `${VERBS[reason ?? ""] ?? "hidden"} by layer ${by - 1}`;
}

const VERBS: Readonly<Record<string, string>> = {
  replaced: "replaced",
  whiteout: "removed",
  opaque: "removed",
  duplicate: "repeated",
  relisted: "listed again",
};

const TYPE_CHARS: Readonly<Record<string, string>> = { directory: "d", symlink: "l", char: "c", block: "b", fifo: "p" };
const MODE_BITS: readonly (readonly [number, string])[] = [
  [0o400, "r"],
  [0o200, "w"],
  [0o100, "x"],
  [0o040, "r"],
  [0o020, "w"],
  [0o010, "x"],
  [0o004, "r"],
  [0o002, "w"],
  [0o001, "x"],
];

/** Type and permissions as in `ls -l`, including set-user-ID, set-group-ID and sticky. */
export function modeText({ columns }: FileModel, entry: number): string {
  const mode = columns.modes[entry] ?? 0;
  const has = (bit: number): boolean => Math.floor(mode / bit) % 2 === 1;
  const chars = MODE_BITS.map(([bit, char]) => (has(bit) ? char : "-"));
  const special = [
    [0o4000, 2, "s"],
    [0o2000, 5, "s"],
    [0o1000, 8, "t"],
  ] as const;
  for (const [bit, at, char] of special) if (has(bit)) chars[at] = chars[at] === "x" ? char : char.toUpperCase();
  return `${TYPE_CHARS[columns.types[columns.typeNumbers[entry] ?? 0] ?? ""] ?? "-"}${chars.join("")}`;
}

/** Date and time to the minute, UTC; empty outside the years 0 to 9999. */
export function timeText({ columns }: FileModel, entry: number): string {
  const date = new Date((columns.times[entry] ?? 0) * 1000);
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return text.length === 24 ? text.slice(0, 16).replace("T", " ") : "";
}
