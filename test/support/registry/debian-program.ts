import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The command line of a program from Debian: the machine's, or the one in the root filesystem that
 * scripts/setup-tests.sh made, run by the dynamic loader of that root with its libraries. Undefined if there is
 * neither.
 */
export function debianProgram(name: string): readonly [string, ...string[]] | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (existsSync(path)) return [path];
  }
  const root = join(process.env.PLANISH_TEST_CACHE ?? "/var/cache/planish-test", "bookworm");
  const program = join(root, "usr/bin", name);
  const loader = existsSync(program) ? loaderIn(root) : undefined;
  return loader === undefined ? undefined : [loader, "--library-path", libraries(root), program];
}

function loaderIn(root: string): string | undefined {
  for (const folder of ["lib64", "lib"].map((name) => join(root, name)).filter(existsSync)) {
    const loader = readdirSync(folder).find((name) => name.startsWith("ld-linux"));
    if (loader !== undefined) return join(folder, loader);
  }
  return undefined;
}

function libraries(root: string): string {
  const lib = join(root, "usr/lib");
  return readdirSync(lib)
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => join(lib, name))
    .join(":");
}
