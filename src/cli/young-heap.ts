import { setFlagsFromString } from "node:v8";

let small = false;

/**
 * Keeps V8's young heap at the size it has. Buffers are small objects to the collector, however many bytes they own:
 * with the usual young heap of 16 to 32 MiB some hundred MiB of dead ones wait for the next collection. Measured on a 2
 * GB image: 262 MiB resident without this, 172 with it; on a million entries 590 and 450. It is for when work is under
 * way: V8 takes code that was compiled in advance only while its flags are what they were then, and Node would compile
 * its own modules anew in every thread that starts after this.
 */
export function keepYoungHeapSmall(): void {
  if (small) return;
  small = true;
  setFlagsFromString("--semi-space-growth-factor=1");
}
