/**
 * Splices selections of layers of every dialect, two of three with some bits of their blobs changed after the scan, for
 * as long as one likes: `node test/fuzz/splice.ts --selections 100000 --seed 1`. What is made of a sound layer must be
 * right; of a changed one it must be right, refused by every reader, or not made, and the splicer must neither trap nor
 * stay in it for ever.
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
  // Node lets go of what its zlib holds only when nothing runs.
  if (done % 100 === 0) await setImmediate();
  const { end, difference } = spliceByChance(sources, chance);
  if (difference !== undefined) {
    console.error(`selection ${done}: ${difference}`);
    process.exit(1);
  }
  ends.set(end, (ends.get(end) ?? 0) + 1);
}
for (const [end, times] of [...ends].sort(([, a], [, b]) => b - a)) console.log(`${times}\t${end}`);
