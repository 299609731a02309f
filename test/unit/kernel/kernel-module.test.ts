import { expect, onTestFinished, test, vi } from "vitest";
import { instantiateKernel } from "../../../src/kernel/kernel-module.ts";

test("a kernel for which there is no memory is an error that says what to do", () => {
  class Instance {
    constructor() {
      throw new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance");
    }
  }
  vi.stubGlobal("WebAssembly", { Module: WebAssembly.Module, Instance });
  onTestFinished(() => void vi.unstubAllGlobals());
  const failure = { code: "TRANSPORT_FAILED", details: { hint: expect.stringContaining("ulimit -v") } };
  expect(() => instantiateKernel("splice")).toThrow(expect.objectContaining(failure));
});
