/**
 * Splices selections of layers of every dialect, two of three with some bits of their blobs changed after the scan, for
 * as long as you like: `node test/fuzz/splice.ts --selections 100000 --seed 1`. The result for an intact layer must be
 * right; for a changed one it must be right, refused by every reader, or an error, and the splicer must neither trap
 * nor loop for ever.
 */
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { soundSources, spliceByChance } from "../support/damaged-splices.ts";
import { Chance } from "../support/mutated-streams.ts";

const { values } = parseArgs({
  options: { selections: { type: "string", default: "10000" }, seed: { type: "string", default: String(Date.now()) } },
});
const count = Number(values.selections);
const chance = new Chance(Number(values.seed));
const sources = soundSources();
const ends = new Map<string, number>();
console.log(`seed ${values.seed}, ${count} selections`);
for (let done = 0; done < count; done++) {
  // Node frees the memory of zlib streams only when the event loop turns.
  if (done % 100 === 0) await setImmediate();
  const { end, difference } = spliceByChance(sources, chance);
  if (difference !== undefined) {
    console.error(`selection ${done}: ${difference}`);
    process.exit(1);
  }
  ends.set(end, (ends.get(end) ?? 0) + 1);
}
for (const [end, times] of [...ends].sort(([, a], [, b]) => b - a)) console.log(`${times}\t${end}`);
