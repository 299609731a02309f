import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Frees all memory that is no longer used, so that tests can measure what is. */
export const collectGarbage = runInNewContext("gc") as () => void;
