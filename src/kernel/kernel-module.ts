import { readFileSync } from "node:fs";

/** The kernels that scripts/build-kernel.sh compiles from assembly/. */
export type KernelName = "inflate" | "splice";

const modules = new Map<KernelName, WebAssembly.Module>();

/** Creates an instance of a kernel, with its own memory. Its module is loaded once per thread, when first needed. */
export function instantiateKernel<Exports>(name: KernelName): Exports {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`./${name}.wasm`, import.meta.url)));
    modules.set(name, module);
  }
  return new WebAssembly.Instance(module).exports as Exports;
}
