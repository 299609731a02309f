import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildingEngine } from "../engines/engine.ts";
import type { Workshop } from "./workshop.ts";

/** A Dockerfile, how to fill its folder, and the engine that builds it. */
export interface Recipe {
  readonly tag: string;
  readonly dockerfile: string;
  readonly builder: BuildingEngine;
  /** `docker` by default. */
  readonly format?: "docker" | "oci";
  /** Adds the files that the Dockerfile names. */
  readonly fill: (context: string) => void;
}

/**
 * Builds the recipe with a real engine and returns the path of the archive that the engine saved. A test run builds
 * each recipe once: other suites with the same tag and builder get the same archive, which must not be changed.
 */
export async function buildImage({ namespace }: Workshop, recipe: Recipe): Promise<string> {
  const name = `${recipe.tag.replaceAll(/\W/g, "-")}-${recipe.builder.name.replaceAll(/\W/g, "-")}`;
  const format = recipe.format ?? "docker";
  const context = join(namespace.state, "built", `${name}-${format}`);
  const archive = `${context}.tar`;
  if (existsSync(archive)) return archive;
  const partial = `${context}.partial`;
  mkdirSync(context, { recursive: true });
  recipe.fill(context);
  writeFileSync(join(context, "Dockerfile"), recipe.dockerfile);
  await recipe.builder.buildArchive({ context, tag: recipe.tag, archive: partial, format });
  renameSync(partial, archive);
  return archive;
}
