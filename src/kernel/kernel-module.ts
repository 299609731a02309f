import { readFileSync } from "node:fs";
import { TransportError } from "../errors.ts";

/** The kernels that scripts/build-kernel.sh compiles from assembly/. */
export type KernelName = "inflate" | "splice";

const modules = new Map<KernelName, WebAssembly.Module>();

/**
 * Creates an instance of a kernel, with its own memory. Its module is loaded once per thread, when first needed.
 * @throws TransportError TRANSPORT_FAILED if the system gives no memory
 */
export function instantiateKernel<Exports>(name: KernelName): Exports {
  try {
    return new WebAssembly.Instance(moduleOf(name)).exports as Exports;
  } catch (error) {
    throw error instanceof RangeError ? withoutMemory(error) : error;
  }
}

/**
 * Keeps a kernel's code for as long as this thread lives; to be called before threads use the kernel. V8 compiles equal
 * modules once per process, and frees the code with the last of them: were those the threads' own, each run would
 * compile it again. On processors with memory protection keys V8 even ends the process, if rarely, when one thread
 * frees code while another compiles some (`Check failed: jit_page.has_value()`,
 * https://github.com/nodejs/node/issues/64500).
 */
export function keepKernel(name: KernelName): void {
  try {
    moduleOf(name);
  } catch {
    // Its file is missing, as in a bundle. The thread's error says what to do.
  }
}

function moduleOf(name: KernelName): WebAssembly.Module {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`./${name}.wasm`, import.meta.url)));
    modules.set(name, module);
  }
  return module;
}

/** V8 reserves addresses for 8 GiB or more around each memory, however small it is, to make accesses cheap. */
function withoutMemory(cause: RangeError): TransportError {
  const hint = "allow more virtual memory (ulimit -v), or set NODE_OPTIONS=--disable-wasm-trap-handler";
  return new TransportError("TRANSPORT_FAILED", "there is no memory for WebAssembly", { cause, details: { hint } });
}
