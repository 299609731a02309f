import { extname } from "node:path";
import { keepKernel } from "../kernel/kernel-module.ts";

/**
 * The module that scans in a thread, with the extension of this one: `.ts` when Node strips types, `.js` when built.
 */
const SCAN_WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** Prepares this thread for scans in others, and returns the module for them. */
export function scanWorker(): URL {
  keepKernel("inflate");
  return SCAN_WORKER;
}
