import { floors } from "./floors.ts";
import { peers } from "./peers.ts";
import { planish, planishHelp, planishRecompressing } from "./planish.ts";
import type { Subject } from "./subject.ts";

/** All subjects. */
export const SUBJECTS: readonly Subject[] = [planish, planishRecompressing, planishHelp, ...floors, ...peers];
