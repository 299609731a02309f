import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "./support/test-folder.ts";

const root = resolve(import.meta.dirname, "..");
const folder = testFolder();

/** Needs the build in dist/, since that is what people compile against. */
test("programs in the README and in docs/ compile as those of somebody who has installed planish", () => {
  const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
  const programs = pages.filter((page) => page.endsWith(".md")).flatMap(programsOf);
  expect(programs.length).toBeGreaterThan(5);
  writeFileSync(folder.in("names.mts"), NAMES);
  for (const { name, text } of programs) writeFileSync(folder.in(name), text);
  writeFileSync(folder.in("tsconfig.json"), JSON.stringify({ compilerOptions: OPTIONS, include: ["*.mts"] }));
  expect(compile()).toBe("");
});

/** What results and options hold can be named, too. */
const NAMES = `import type * as p from "planish";
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type StageEvent = p.StageStarted | p.StageAdvanced | p.StageFinished;
export const same: readonly true[] = [
  true satisfies Same<NonNullable<p.FlattenResult["provenance"]>, p.ProvenanceStatement>,
  true satisfies Same<p.ErrorCode, p.UsageCode | p.ImageCode | p.TransportCode | p.LimitCode>,
  true satisfies Same<p.ProgressEvent, p.ImageStarted | StageEvent | p.DiagnosticFound>,
  true satisfies Same<p.ListedLayer["chainId"], p.ChainId>,
  true satisfies Same<p.HiddenFile["reason"], p.HiddenReason>,
  true satisfies Same<p.FileEntry["xattrs"][number], p.Xattr>,
  true satisfies Same<NonNullable<p.DemoOptions["architecture"]>, p.DemoArchitecture>,
  true satisfies Same<keyof p.EncodedLayer["copied"], p.CopyMethod>,
  true satisfies Same<NonNullable<p.RegistryOptions["retry"]>, Partial<p.RetryPolicy>>,
  true satisfies Same<NonNullable<p.RegistryOptions["timeouts"]>, Partial<p.Timeouts>>,
];
export type Kind = p.ReferrerKind;
`;

/** What a careful user has, and the library where it is installed. */
const OPTIONS = {
  target: "es2023",
  lib: ["es2024", "esnext.disposable"],
  module: "nodenext",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: false,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  paths: { planish: [join(root, "dist/index.d.ts")] },
};

function programsOf(page: string): { readonly name: string; readonly text: string }[] {
  const found = readFileSync(join(root, page), "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
  return [...found].map(([, text = ""], at) => ({ name: `${page.replaceAll(/\W/g, "-")}-${at}.mts`, text }));
}

/** What the compiler has to say. */
function compile(): string {
  try {
    return execFileSync(process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      "-p",
      folder.path,
    ]).toString();
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  }
}
