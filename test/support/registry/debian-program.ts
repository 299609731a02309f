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
  const program = join("usr/bin", name);
  return existsSync(join(root, program)) ? programIn(root, program) : undefined;
}

/**
 * The command line of a program in a root filesystem, run by the dynamic loader of that root with its libraries, since
 * the machine may run another Debian. The loader is not that in /lib64, a link whose absolute path is the machine's.
 */
export function programIn(root: string, program: string): readonly [string, ...string[]] {
  const folders = ["usr/lib", "lib"].flatMap((name) => namesIn(root, name, /-linux-gnu$/));
  const [loader] = folders.flatMap((folder) => namesIn("", folder, /^ld-linux.*\.so\./));
  if (loader === undefined) throw new Error(`${root} has no dynamic loader`);
  return [loader, "--library-path", folders.join(":"), join(root, program)];
}

function namesIn(root: string, folder: string, pattern: RegExp): string[] {
  const path = join(root, folder);
  const names = existsSync(path) ? readdirSync(path) : [];
  return names.filter((name) => pattern.test(name)).map((name) => join(path, name));
}
