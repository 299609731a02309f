import { describe, expect, test } from "vitest";
import { ImageInvalidError, LimitError } from "../../../src/errors.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { BaseTrace } from "../../../src/plan/base-trace.ts";
import { takeDelta } from "../../../src/plan/delta.ts";
import type { PlanLayer, PlanOptions } from "../../../src/plan/merge-plan.ts";
import { newMergeState } from "../../../src/plan/merge-state.ts";
import { overlay } from "../../../src/plan/overlay.ts";
import { planMerge } from "../../../src/plan/plan-merge.ts";
import { planStack as planLayers } from "../../../src/plan/plan-stack.ts";
import { unpack } from "../../../src/plan/unpack.ts";
import type { Entry, EntryPath } from "../../../src/tar/entry.ts";
import { EntryTableBuilder, entryList } from "../../../src/tar/entry-table.ts";
import { planLayer } from "../../support/plan-layer.ts";
import { planStack } from "../../support/plan-stack.ts";
import { above } from "../../support/squash-stack.ts";
import { dir, file, hardlink, type LayerFixture, layer, symlink, whiteout } from "../../support/tar-fixture.ts";
import { sparse } from "../../support/tar-sparse.ts";

const OPTIONS: PlanOptions = { profile: "containerd", strict: false, canonical: false, limits: DEFAULT_LIMITS };

const EMPTY = {
  ...{ size: 0, major: 0, minor: 0, keepable: true },
  meta: { mode: 0o755, uid: 0, gid: 0, mtimeSeconds: 0, mtimeNanoseconds: 0, xattrs: [] },
  span: { start: 0, end: 0 },
  body: { start: 0, end: 0 },
};

describe("hostile stacks", () => {
  test("with paths 2048 deep are planned", () => {
    const deep = Array.from({ length: 2000 }, () => "d").join("/");
    const { plan } = planStack([layer(file(`${deep}/x`)), layer(file(`${deep}/y`)), layer(whiteout("d"))]);
    expect(plan.entryCount).toBe(0);
    expect(planStack([layer(file(`${deep}/x`)), layer(file(`${deep}/y`))]).plan.entryCount).toBe(2002);
  });

  test("with links that make a path longer than the limit are refused", () => {
    const part = Array.from({ length: 1500 }, () => "d").join("/");
    const stacked = layer(dir(part), symlink("l", part), file(`l/${part}/x`));
    const error = failure([stacked]);
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ details: { limit: "pathBytes", layer: 0, entry: `l/${part}/x` } });
  });

  test("are refused if they make more directories than nodes are allowed, however few entries they have", () => {
    const limits = { ...DEFAULT_LIMITS, entries: 5 };
    expect(planStack([layer(file("a/b/c/d/x"))], { limits }).plan.entryCount).toBe(5);
    const error = failure([layer(file("a/b/c/d/e/x"))], { limits });
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries", allowed: 5, actual: 6 } });
  });

  test("are refused if paths lead through more names in links than entries are allowed", () => {
    const limits = { ...DEFAULT_LIMITS, entries: 25 };
    const stacked = [layer(symlink("k", "a/../l"), symlink("l", "a/a/../.."), file("k/x"), file("l/y"))];
    expect(planStack(stacked, { limits }).plan.entryCount).toBe(6);
    const error = failure(
      [layer(symlink("k", "./.././l"), symlink("l", "./././../."), file("k/x"), file("l/y"), file("k/z"), file("l/z"))],
      { limits },
    );
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries", allowed: 25 } });
  });

  test("with links that make the path of a file longer than the limit are refused", () => {
    const part = Array.from({ length: 1990 }, () => "d").join("/");
    const stacked = (name: string) => [layer(dir(part), symlink("l", part), file("l/x"), file(`l/${name}`))];
    expect(planStack(stacked("y".repeat(116))).plan.entryCount).toBe(1993);
    const error = failure(stacked("y".repeat(117)));
    expect(error).toMatchObject({ details: { limit: "pathBytes", layer: 0, actual: 4097 } });
  });

  test("are refused if hard links repeat more xattrs than entries are allowed", () => {
    const limits = { ...DEFAULT_LIMITS, entries: 50 };
    const names = ["b", "c", "d", "e"].map((name) => hardlink(name, "a"));
    const ten = { xattrs: Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`user.${at}`, ""])) };
    expect(planStack([layer(file("a", "", ten), ...names)], { limits }).plan.entryCount).toBe(5);
    const error = failure([layer(file("a", "", ten), ...names, hardlink("f", "a"))], { limits });
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries", allowed: 50 } });
  });

  test("are refused if the flat layer repeats more bytes of xattrs than layers may hold", () => {
    const limits = { ...DEFAULT_LIMITS, attributeBytes: 350 };
    const stacked = (names: readonly string[]) => {
      const links = names.map((name) => hardlink(name, "a"));
      return [layer(file("a"), ...links, hardlink("z", "a", { xattrs: { "user.a": "x".repeat(94) } }))];
    };
    // Each name gets the xattrs of the last link.
    expect(planStack(stacked(["b"]), { limits }).plan.entryCount).toBe(3);
    const error = failure(stacked(["b", "c"]), { limits });
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "attributeBytes", actual: 403 } });
  });

  test("are refused if hard links refer to more regions of a sparse file than entries are allowed", () => {
    const regions = Array.from({ length: 10 }, (_, at) => [at * 2, "x"] as const);
    const stacked = [
      layer(
        sparse("a", regions, { version: "0.1", size: 19 }),
        ...["b", "c", "d", "e", "f"].map((name) => hardlink(name, "a")),
      ),
    ];
    expect(planStack(stacked, { limits: { ...DEFAULT_LIMITS, entries: 56 } }).plan.entryCount).toBe(6);
    const error = failure(stacked, { limits: { ...DEFAULT_LIMITS, entries: 55 } });
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "entries", actual: 56 } });
  });

  test("are refused if the flat layer is larger than all layers may be", () => {
    const limits = { ...DEFAULT_LIMITS, totalBytes: 20_000 };
    const stacked = (names: readonly string[]) => {
      const links = names.map((name) => hardlink(name, ".wh..wh.plnk/1"));
      return [layer(file(".wh..wh.plnk/1", "x".repeat(8000)), ...links)];
    };
    expect(planStack(stacked(["a", "b"]), { limits }).plan.entryCount).toBe(2);
    const error = failure(stacked(["a", "b", "c"]), { limits });
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "totalBytes", allowed: 20_000 } });
  });

  test("with paths through a link with 40,000 xattrs are planned in little time", () => {
    const xattrs = Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`a${at}`, ""]));
    const names = Array.from({ length: 3000 }, (_, at) => file(at % 2 === 0 ? `l/${at}` : `${at}`));
    const stacked = planLayer(layer(symlink("l", "d", { xattrs }), ...names).tar());
    const begun = process.threadCpuUsage();
    expect(planMerge([stacked], OPTIONS).entryCount).toBe(3002);
    expect(process.threadCpuUsage(begun).user / 1e6).toBeLessThan(2);
  });

  test("with 40,000 xattrs at each of several hard links are planned in little time", () => {
    const many = { xattrs: Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`a${at}`, ""])) };
    const stacked = [layer(file("a", "", many), ...["b", "c", "d"].map((name) => hardlink(name, "a", many)))];
    const begun = process.threadCpuUsage();
    expect(planStack(stacked).plan.entryCount).toBe(4);
    expect(process.threadCpuUsage(begun).user / 1e6).toBeLessThan(4);
  });

  test("with many entries in a directory whose default ACL takes up a MiB take little memory", () => {
    const acl = { xattrs: { "system.posix_acl_default": "x".repeat(1_000_000) } };
    const names = Array.from({ length: 500 }, (_, at) => file(`d/${at}`));
    const stacked = planLayer(layer(dir("d", acl), ...names).tar());
    const before = process.memoryUsage().heapUsed;
    const plan = planMerge([stacked], OPTIONS);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
    expect(plan.entryCount).toBe(501);
  });

  describe("with very many directories at the end of a long path", () => {
    const many = Array.from({ length: 60_000 }, (_, at) => ({ type: "directory", path: `l/${at}` }) as const);
    const link = { type: "symlink", path: "l", linkPath: Array.from({ length: 2000 }, () => "d").join("/") } as const;
    const base = tableOf([link, { type: "file", path: "f" }, ...many]);
    const kilobytes = (work: () => void): number => {
      const before = process.resourceUsage().maxRSS;
      work();
      return process.resourceUsage().maxRSS - before;
    };

    test("take little memory if a range links to a file below", () => {
      const range = tableOf([{ type: "hardlink", path: "g", linkPath: "f" }]);
      expect(kilobytes(() => planLayers([base, range], above(1, 2), OPTIONS))).toBeLessThan(200_000);
    });

    test("take little memory if a range lists all of them again", () => {
      const state = newMergeState([base, tableOf([link, ...many])], OPTIONS);
      overlay(state, unpack(state, 0));
      const trace = new BaseTrace(1);
      state.trace = trace;
      overlay(state, unpack(state, 1));
      expect(kilobytes(() => takeDelta(state, { trace, final: true }))).toBeLessThan(150_000);
    });
  });

  test("are refused with layer, entry, rule and offset", () => {
    const error = failure([layer(), layer(file("a"), file("b"), hardlink("l", "none"))]);
    expect(error).toBeInstanceOf(ImageInvalidError);
    expect(error).toMatchObject({
      code: "LINK_DANGLING",
      details: { layer: 1, entry: "l", rule: "R3.5", offset: 1024 },
    });
  });

  test("with more names in one directory than a function call can have arguments are planned", () => {
    const crowded = Array.from({ length: 150_000 }, (_, at) => ({ type: "file", path: `d/${at}` }) as const);
    const lower = tableOf([{ type: "directory", path: "d" }, ...crowded]);
    const plan = planMerge([lower, planLayer(layer(whiteout("d")).tar())], OPTIONS);
    expect(plan).toMatchObject({ entryCount: 0, hidden: { length: 150_002 } });
  });
});

function failure(layers: readonly LayerFixture[], options: Partial<PlanOptions> = {}): unknown {
  try {
    return planStack(layers, options);
  } catch (error) {
    return error;
  }
}

type Named = Pick<Entry, "type" | "linkPath"> & { readonly path: string };

/** A layer of empty entries, made without a tar. */
function tableOf(entries: readonly Named[]): PlanLayer {
  const table = new EntryTableBuilder();
  for (const { path, ...named } of entries) table.add({ ...EMPTY, ...named, path: path as EntryPath });
  return { entries: entryList(table.finish()), size: 0, end: 0, trailerExact: false };
}
