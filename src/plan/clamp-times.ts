import type { Entry, EntryList } from "../tar/entry.ts";

/** A point in time: seconds since 1970, rounded down, and nanoseconds to be added. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The same entries with times later than `latest` set to it; those entries need a fresh header. */
export function clampTimes(entries: EntryList, latest: Instant): EntryList {
  const clamped = (entry: Entry): Entry => {
    if (!isYounger(entry, latest)) return entry;
    const meta = { ...entry.meta, mtimeSeconds: latest.seconds, mtimeNanoseconds: latest.nanoseconds };
    return { ...entry, meta, keepable: false };
  };
  return {
    length: entries.length,
    at: (ordinal) => clamped(entries.at(ordinal)),
    *[Symbol.iterator]() {
      for (const entry of entries) yield clamped(entry);
    },
  };
}

/** Whether any of the entries is newer than `latest`; times of whiteouts mean nothing. */
export function hasYounger(entries: EntryList, latest: Instant): boolean {
  for (const entry of entries) {
    if (entry.type !== "whiteout" && entry.type !== "opaque" && isYounger(entry, latest)) return true;
  }
  return false;
}

function isYounger({ meta }: Entry, { seconds, nanoseconds }: Instant): boolean {
  return meta.mtimeSeconds > seconds || (meta.mtimeSeconds === seconds && meta.mtimeNanoseconds > nanoseconds);
}
