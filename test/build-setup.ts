import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Compiles the kernels where their sources have changed, and bundles the report page, so that no test runs on an old
 * one.
 */
export function setup(): void {
  for (const script of ["build-kernel.sh", "build-page.sh"]) {
    execFileSync("bash", [join(import.meta.dirname, "../scripts", script)], { stdio: "inherit" });
  }
}
