import { describe, inject } from "vitest";
import { openWorkshop, type Workshop } from "./corpus/workshop.ts";

/**
 * A suite that needs the engines: `define` gets a workshop whose folder is named after the title.
 * Where the machine has no engines the suite is skipped, and its title says why.
 */
export function e2eSuite(title: string, define: (workshop: Workshop) => void): void {
  const engines = inject("engines");
  if ("missing" in engines) describe.skip(`${title} (skipped: ${engines.missing})`, () => {});
  else describe(title, () => define(openWorkshop(engines, title.toLowerCase().replaceAll(/\W+/g, "-"))));
}
