import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Compiles the kernels where their sources have changed, so that no test runs on an old one. */
export function setup(): void {
  execFileSync("bash", [join(import.meta.dirname, "../scripts/build-kernel.sh")], { stdio: "inherit" });
}
