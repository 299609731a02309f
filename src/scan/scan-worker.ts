import { extname } from "node:path";

/** What scans in a thread. The same extension as this module's: `.ts` where Node strips types, `.js` when built. */
export const SCAN_WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
