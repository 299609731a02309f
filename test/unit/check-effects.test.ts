import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addFlattenOptions } from "../../src/cli/commands/flatten.ts";
import { addServerOptions } from "../../src/cli/commands/server-options.ts";
import { type FlattenResult, flatten, planFlatten } from "../../src/index.ts";
import { dockerClassic, writeArchive } from "../support/image-archives.ts";
import { image } from "../support/image-fixture.ts";
import { runCli } from "../support/run-cli.ts";
import { dir, file, layer } from "../support/tar-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "planish-effects-"));
const inside = (name: string): string => join(folder, name);
const DESTINATIONS = ["docker-archive:OUT", "oci:OUT", "oci-archive:OUT", "rootfs:OUT.tar"] as const;

type Outcome = "effect" | "refused" | "told";
/** In the order of the destinations. */
type Row = readonly [args: string, ...outcomes: readonly Outcome[]];

const everywhere = (outcome: Outcome): Outcome[] => DESTINATIONS.map(() => outcome);
const onlyImages: readonly Outcome[] = ["effect", "effect", "effect", "refused"];

const TABLE: readonly Row[] = [
  ["--tag other:1", ...onlyImages],
  ["--in-place", ...everywhere("refused")],
  ["--history collapse", ...onlyImages],
  ["--history none", ...onlyImages],
  ["--change CMD=x", ...onlyImages],
  ["--env B=2", ...onlyImages],
  ["--unset-env A", ...onlyImages],
  ["--label b=2", ...onlyImages],
  ["--unset-label a", ...onlyImages],
  ["--annotation a=b", ...onlyImages],
  ["--author me", ...onlyImages],
  ["--message made", ...onlyImages],
  ["--provenance", ...onlyImages],
  ["--provenance-out STATEMENT", ...everywhere("effect")],
  ["--attestations keep-as-history", "told", "told", "told", "refused"],
  ["--timestamp 5", "effect", "effect", "effect", "told"],
  ["--rewrite-timestamp --timestamp 5", ...everywhere("effect")],
  ["--compression zstd", "refused", "effect", "effect", "refused"],
  ["--compression-level 1 --compression gzip", "effect", "effect", "effect", "refused"],
  ["--canonical", ...everywhere("effect")],
  ["--exclude etc/a", ...everywhere("effect")],
  ["--exclude-from PATTERNS", ...everywhere("effect")],
  ["--prune apt", ...everywhere("effect")],
  ["--layers 1-2", ...onlyImages],
  ["--base BASE", ...onlyImages],
  ["--max-layers 2", ...onlyImages],
  ["--merge-smaller-than 1", ...onlyImages],
  ["--split 2", ...onlyImages],
  ["--verify", ...everywhere("effect")],
  ["--creds me:secret", ...everywhere("refused")],
  ["--creds-stdin", ...everywhere("refused")],
];

/** What says how a run goes or what it tells, and nothing of the result; and which image of an index is meant. */
const OF_THE_RUN =
  /^--(?:force|digestfile|dry-run|quiet|format|progress|scratch|limit|concurrency|cache|cache-size|platform|all-platforms|profile|strict|lenient-tar|version|help)$/;
/** How servers are reached, whichever of them is spoken to. */
const OF_SERVERS = new Set(addServerOptions(new Command()).options.map(({ long }) => long ?? ""));

let source = "";
let base = "";
const plain = new Map<string, string>();

function at(text: string): string {
  const places = {
    OUT: inside("out"),
    STATEMENT: inside("statement"),
    PATTERNS: inside("patterns"),
    BASE: base,
  };
  return Object.entries(places).reduce((all, [word, path]) => all.replace(word, path), text);
}

function run(destination: string, args: readonly string[]) {
  for (const path of ["out", "out.tar", "statement"]) rmSync(inside(path), { recursive: true, force: true });
  const argv = ["flatten", source, at(destination), ...args.map(at), "--format", "json"];
  return runCli(argv, { stdin: "me:secret" });
}

/** What a result says of itself, but for how long it took. */
function account(stdout: string): string {
  const { milliseconds: _, scratchBytes: _bytes, ...rest } = JSON.parse(stdout) as FlattenResult;
  return JSON.stringify(rest);
}

async function outcome(destination: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(destination, args);
  if (status !== 0) {
    const named = stderr.includes(args[0] ?? "") || /compress|credentials|level/.test(stderr);
    return status === 2 && named && !existsSync(at(destination.replace(/^[^:]*:/, ""))) ? "refused" : stderr;
  }
  const { diagnostics } = JSON.parse(stdout) as FlattenResult;
  if (diagnostics.some(({ rule }) => rule === "option-without-effect")) return "told";
  return account(stdout) === plain.get(destination) ? "nothing" : "effect";
}

describe("an option of flatten", () => {
  beforeAll(async () => {
    const bottom = layer(dir("etc"), file("etc/a", "1"));
    const middle = layer(dir("var/cache/apt/archives"), file("var/cache/apt/archives/x.deb", "2".repeat(3000)));
    const top = layer(file("etc/b", "3".repeat(3000), { mtime: 2_000_000_000, uname: "somebody" }));
    const config = { Env: ["A=1"], Labels: { a: "1" } };
    const app = image({ layers: [bottom, middle, top], config, tags: ["app:1"] });
    source = writeArchive(inside("app.tar"), dockerClassic(app));
    base = writeArchive(inside("base.tar"), dockerClassic(image({ layers: [bottom], tags: ["base:1"] })));
    writeFileSync(inside("patterns"), "etc/a\n");
    for (const to of DESTINATIONS) plain.set(to, account((await run(to, [])).stdout));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("is in the table, or is about the run or the connection to servers", () => {
    const known = new Set(TABLE.map(([args]) => args.split(" ")[0]));
    const flags = addFlattenOptions(new Command()).options.map(({ long }) => long ?? "");
    expect(flags.filter((flag) => !known.has(flag) && !OF_THE_RUN.test(flag) && !OF_SERVERS.has(flag))).toEqual([]);
  });

  test.each(TABLE)("%s has an effect, is refused, or is reported to have none", async (args, ...expected) => {
    const found: string[] = [];
    for (const to of DESTINATIONS)
      found.push(
        await outcome(
          to,
          args.split(" ").map((word) => word.replace("CMD=x", "CMD x")),
        ),
      );
    expect(found).toEqual(expected);
  });

  test("a file for the config is refused where an image is written", async () => {
    const options = { rootfs: { configOut: inside("config.json") } };
    for (const destination of [`oci:${inside("out")}`, `docker-archive:${inside("out")}`])
      for (const operation of [flatten, planFlatten])
        await expect(operation(source, destination, options)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    expect(existsSync(inside("out"))).toBe(false);
    const { destination } = await flatten(source, `rootfs:${inside("out.tar")}`, { ...options, force: true });
    expect([destination, existsSync(inside("config.json"))]).toEqual([`rootfs:${inside("out.tar")}`, true]);
  });
});
