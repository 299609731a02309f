import { extname } from "node:path";

/**
 * The module that scans in a thread, with the extension of this one: `.ts` when Node strips types, `.js` when built.
 */
export const SCAN_WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
