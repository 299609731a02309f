import type { FlatEntry } from "./merge-plan.ts";

/** A point in time: seconds since 1970, rounded down, and nanoseconds to be added. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The same entries, none of them younger than `latest`: those that were get a fresh header with that time. */
export function* clampTimes(entries: Iterable<FlatEntry>, latest: Instant): Generator<FlatEntry, void> {
  for (const entry of entries) {
    const { meta } = entry.fields;
    const younger =
      meta.mtimeSeconds > latest.seconds ||
      (meta.mtimeSeconds === latest.seconds && meta.mtimeNanoseconds > latest.nanoseconds);
    if (!younger) {
      yield entry;
      continue;
    }
    const clamped = { ...meta, mtimeSeconds: latest.seconds, mtimeNanoseconds: latest.nanoseconds };
    yield { ...entry, kept: false, fields: { ...entry.fields, meta: clamped } };
  }
}
