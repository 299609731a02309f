/**
 * Compares the kernel with zlib on damaged streams, for as long as you like: `node test/fuzz/inflate.ts --streams
 * 10000000 --seed 1`. Both must refuse a stream for the same reason, or make the same bytes of it. It ends at the first
 * stream for which they differ.
 */
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Chance, compareOn, mutate, soundStreams } from "../support/mutated-streams.ts";

const { values } = parseArgs({
  options: { streams: { type: "string", default: "100000" }, seed: { type: "string", default: String(Date.now()) } },
});
const count = Number(values.streams);
const chance = new Chance(Number(values.seed));
const streams = soundStreams();
const reasons = new Map<string, number>();
console.log(`seed ${values.seed}, ${count} streams`);
for (let done = 0; done < count; done++) {
  // Node frees the memory of zlib streams only when the event loop turns.
  if (done % 1000 === 0) await setImmediate();
  const { zlib, difference } = compareOn(mutate(streams, chance), chance.below(2) === 0 ? chance : undefined);
  if (difference !== undefined) {
    console.error(`stream ${done}: ${difference}`);
    process.exit(1);
  }
  reasons.set(zlib, (reasons.get(zlib) ?? 0) + 1);
}
for (const [reason, times] of [...reasons].sort(([, a], [, b]) => b - a)) console.log(`${times}\t${reason}`);
