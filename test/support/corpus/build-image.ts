import { mkdirSync, writeFileSync } from "node:fs";
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

/** Builds the recipe with a real engine and returns the path of the archive that the engine saved. */
export async function buildImage(workshop: Workshop, recipe: Recipe): Promise<string> {
  const name = `${recipe.tag.replaceAll(/\W/g, "-")}-${recipe.builder.name.replaceAll(/\W/g, "-")}`;
  const context = join(workshop.folder, name);
  const format = recipe.format ?? "docker";
  const archive = join(workshop.folder, `${name}.${format}.tar`);
  mkdirSync(context);
  recipe.fill(context);
  writeFileSync(join(context, "Dockerfile"), recipe.dockerfile);
  await recipe.builder.buildArchive({ context, tag: recipe.tag, archive, format });
  return archive;
}
