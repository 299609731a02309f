import { stripTypeScriptTypes } from "node:module";
import process from "node:process";

/**
 * Threads of tests run TypeScript, of which Node strips the types with a WebAssembly module. V8 shares its code among
 * threads and frees it with the last one; on processors with memory protection keys that may end the process while
 * another thread compiles (`Check failed: jit_page.has_value()`, https://github.com/nodejs/node/issues/64500). So the
 * main thread of a file that starts threads has the module, too, and keeps it.
 */
process.once("worker", () => void stripTypeScriptTypes(""));
