import { readFileSync } from "node:fs";

/** The kernels that scripts/build-kernel.sh compiles from assembly/. */
export type KernelName = "inflate" | "splice";

const modules = new Map<KernelName, WebAssembly.Module>();

/** A new instance of a kernel, with memory of its own. Its module is read and compiled when a thread first needs it. */
export function instantiateKernel<Exports>(name: KernelName): Exports {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`./${name}.wasm`, import.meta.url)));
    modules.set(name, module);
  }
  return new WebAssembly.Instance(module).exports as Exports;
}
