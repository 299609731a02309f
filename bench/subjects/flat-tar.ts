import { existsSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { planish } from "../../test/support/planish.ts";
import type { BenchImage } from "../images/image-store.ts";
import { readManifest } from "../judge/read-layout.ts";
import type { Workbench } from "./subject.ts";

/**
 * The uncompressed flat layer of an image, made by planish once and kept beside the image; it is used for its size and
 * content, not as a reference for correctness.
 */
export async function flatTar({ layout }: BenchImage, bench: Workbench): Promise<string> {
  const file = join(dirname(layout), "flat.tar");
  if (existsSync(file)) return file;
  const made = join(bench.folder, "flat-tar");
  await planish("flatten", `oci:${layout}`, `oci:${made}:flat`, "--compression", "none", "--quiet");
  const [layer] = (await readManifest(made, "flat")).layers;
  if (layer === undefined) throw new Error("the flat image has no layer");
  await copyFile(layer.path, `${file}.draft`);
  await rename(`${file}.draft`, file);
  await rm(made, { recursive: true });
  return file;
}
