import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BenchImage } from "../images/image-store.ts";
import type { Job, Subject, Workbench } from "./subject.ts";

/** The built command line. */
export const PLANISH = join(import.meta.dirname, "..", "..", "bin", "planish.cjs");

/** The built command line, from an OCI layout to an OCI layout, on disk. */
export const planish: Subject = {
  name: "planish",
  title: "planish flatten",
  role: "planish",
  prepare: (image, bench) => flatten(image, bench, []),
};

/** The same, but compressing everything anew. */
export const planishRecompressing: Subject = {
  name: "planish-recompressing",
  title: "planish flatten --compression-level 6",
  role: "planish",
  prepare: (image, bench) => flatten(image, bench, ["--compression", "gzip", "--compression-level", "6"]),
};

/** The cost of starting. */
export const planishHelp: Subject = {
  name: "planish-help",
  title: "planish --help",
  role: "planish",
  only: ["hello"],
  prepare: async () => ({
    command: { argv: [process.execPath, PLANISH, "--help"], folders: [] },
    clear: async () => {},
  }),
};

async function flatten(image: BenchImage, bench: Workbench, options: readonly string[]): Promise<Job> {
  const folder = join(bench.folder, "planish");
  const at = (name: string): string => join(folder, name);
  const [scratch, layout, summary] = [at("scratch"), at("flat"), at("summary.json")];
  const clear = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
  };
  await clear();
  const paths = [`oci:${image.layout}`, `oci:${layout}:flat`, "--scratch", scratch];
  const flags = ["--format", "json", "--progress", "json", ...options];
  const argv = ["sh", "-c", 'out=$1; shift; exec "$@" > "$out"', "sh", summary];
  return {
    command: { argv: [...argv, process.execPath, PLANISH, "flatten", ...paths, ...flags], folders: [folder] },
    result: async () => ({ kind: "layout", layout, tag: "flat" }),
    clear,
    copied: async () => {
      const { images } = JSON.parse(await readFile(summary, "utf8")) as Summary;
      return images[0]?.after.layers[0]?.copied ?? {};
    },
  };
}

/** The fields of `--format json` that the bench reads; docs/schema has all. */
interface Summary {
  readonly images: readonly {
    readonly after: { readonly layers: readonly { readonly copied: Readonly<Record<string, number>> }[] };
  }[];
}
