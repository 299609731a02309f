import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { flatten, planFlatten, UsageError } from "../../../../src/index.ts";
import { dockerClassic, ociLayout, writeArchive, writeFolder } from "../../../support/image-archives.ts";
import { image } from "../../../support/image-fixture.ts";
import { schemaErrors } from "../../../support/json-schema.ts";
import { runCli } from "../../../support/run-cli.ts";
import { dir, file, hardlink, layer, whiteout } from "../../../support/tar-fixture.ts";
import { testFolder } from "../../../support/test-folder.ts";

const folder = testFolder();
const layers = [
  layer(dir("d"), file("d/a", "a".repeat(2000)), hardlink("d/b", "d/a"), file("log", "l".repeat(700))),
  layer(file("d/new", "n".repeat(3000)), whiteout("log"), file("var/log/x.log", "x".repeat(600))),
];

function archive(): string {
  return writeArchive(folder.in("app.tar"), dockerClassic(image({ tags: ["app:1"], layers })));
}

describe("a dry run", () => {
  test("says exactly what the flatten then makes, and of each layer what becomes of it", async () => {
    const source = archive();
    const goal = `docker-archive:${folder.in("flat.tar")}`;
    const plan = await planFlatten(source, goal);
    expect(existsSync(folder.in("flat.tar"))).toBe(false);
    const done = await flatten(source, goal);
    const [planned, made] = [plan.images[0], done.images[0]];
    expect(planned?.result).toMatchObject([
      {
        first: 0,
        last: 1,
        kept: false,
        entries: made?.entries.kept,
        uncompressedSize: made?.after.layers[0]?.uncompressedSize,
        size: made?.after.layers[0]?.size,
        compression: "none",
      },
    ]);
    const bytes = planned?.result[0]?.bytes ?? { copied: 0, fresh: 0, zeros: 0 };
    expect(bytes.copied + bytes.fresh + bytes.zeros).toBe(made?.after.layers[0]?.uncompressedSize);
    expect(planned?.hidden.entries).toBe(made?.entries.hidden);
    expect(plan).toMatchObject({ destination: done.destination, tags: done.tags, source: done.source });
    expect(planned?.layers).toMatchObject([
      { number: 0, createdBy: "step 0", entries: 3, hidden: { entries: 1, size: 700 } },
      { number: 1, createdBy: "step 1", entries: 2, hidden: { entries: 1 } },
    ]);
    expect(planned?.hiddenFiles).toEqual([
      { path: "log", size: 700, layer: 0, reason: "whiteout", hiddenBy: { layer: 1, path: "log" } },
    ]);
  });

  test("tells what would be left out, and by which rule", async () => {
    const { images } = await planFlatten(archive(), undefined, { prune: ["logs"], compression: "gzip" });
    expect(images[0]?.excluded).toMatchObject([{ option: "prune", value: "logs", bytes: 600 }]);
    expect(images[0]?.hidden.reasons).toMatchObject({ excluded: 1, whiteout: 1 });
    expect(images[0]?.result[0]).toMatchObject({ compression: "gzip" });
    expect(images[0]?.result[0]?.size).toBeUndefined();
  });

  test("estimates the compressed size where the source is compressed", async () => {
    const layout = writeFolder(folder.in("layout"), ociLayout(image({ layers, compression: "gzip" })));
    const { images } = await planFlatten(layout, undefined);
    expect(images[0]?.result[0]?.compression).toBe("gzip");
    expect(images[0]?.result[0]?.size).toBeGreaterThan(0);
    expect(images[0]?.result[0]?.size).toBeLessThan(images[0]?.size ?? 0);
  });

  test("knows an image that is flat already, and one whose destination would refuse it", async () => {
    const source = writeArchive(folder.in("one.tar"), dockerClassic(image({ layers: [layer(file("a", "1"))] })));
    const { images } = await planFlatten(source, undefined);
    expect(images[0]).toMatchObject({ alreadyFlat: true, hidden: { entries: 0 } });
    const refused = { code: expect.stringMatching(/^DESTINATION_/) };
    await expect(planFlatten(source, `docker-archive:${source}`)).rejects.toMatchObject(refused);
    await expect(planFlatten(source, undefined, { exclude: ["["] })).rejects.toThrow(UsageError);
  });

  test("reports the same as the flatten about the family of the result", async () => {
    const checked = image({ layers: [layer(file("a", "1"))], config: { Healthcheck: { Test: ["NONE"] } } });
    const source = writeArchive(folder.in("checked.tar"), dockerClassic(checked));
    const [goal, annotated] = [`oci:${folder.in("goal")}`, { annotations: { a: "b" } }];
    const planned = await planFlatten(source, goal, annotated);
    const rules = planned.diagnostics.map(({ rule }) => rule);
    expect(rules).toEqual(["docker-fields-in-oci"]);
    expect((await flatten(source, goal, annotated)).diagnostics).toEqual(planned.diagnostics);
  });

  test("leaves no trace", async () => {
    const source = archive();
    const before = readdirSync(folder.in("."));
    for (const goal of ["docker-archive:new.tar", "oci-archive:new.tar", "oci:new:1"]) {
      await planFlatten(source, goal.replace("new", folder.in("new")));
    }
    expect(readdirSync(folder.in("."))).toEqual(before);
  });
});

describe("planish flatten --dry-run", () => {
  test("shows the plan, and prints it as JSON that has the documented schema", async () => {
    const source = archive();
    const text = await runCli(["flatten", source, "--dry-run", "--prune", "logs"]);
    expect(text).toMatchObject({ status: 0, stderr: "" });
    for (const part of [
      "Would flatten ",
      "one layer of layers 0 to 1",
      "1 whiteout",
      "--prune logs",
      "Nothing was written.",
    ]) {
      expect(text.stdout).toContain(part);
    }
    const { status, stdout } = await runCli([
      "flatten",
      source,
      "-",
      "--dry-run",
      "--prune",
      "logs",
      "--format",
      "json",
    ]);
    expect({ status, errors: schemaErrors("flatten-plan", JSON.parse(stdout)) }).toEqual({ status: 0, errors: [] });
  });

  test("tells the parts of a split from each other, and the layers that stay", async () => {
    const layers = ["a", "b", "c"].map((name) =>
      layer(file(name, name.repeat(2000)), file(`${name}2`, name.repeat(2000))),
    );
    const source = writeArchive(folder.in("parts.tar"), dockerClassic(image({ layers })));
    const { stdout } = await runCli(["flatten", source, "--dry-run", "--layers", "1-", "--split", "2"]);
    expect(stdout).toMatch(
      /result +layer 0 unchanged\nresult +part 1 of layers 1 to 2,.*\nresult +part 2 of layers 1 to 2,.*\nsize +\d.* (→|->) /,
    );
    const summary = await runCli(["flatten", source, folder.in("same.tar"), "--layers", "1"]);
    expect(summary.stdout).toContain("Nothing to squash, copied");
    expect(summary.stdout).not.toContain("entries");
  });

  test("names the base whose layers are kept, and how it was found", async () => {
    const images = [1, 2].map((end) => image({ layers: layers.slice(0, end), tags: [`app:${end}`] }));
    const source = `oci:${writeFolder(folder.in("bases"), ociLayout(...images))}:app:2`;
    const args = ["flatten", source, "--dry-run", "--base", "auto"];
    expect((await runCli(args)).stdout).toMatch(/^base +\S*app:1, 1 layer: found beside the image, by its layers\n/m);
    const plan: unknown = JSON.parse((await runCli([...args, "--format", "json"])).stdout);
    expect(plan).toMatchObject({ images: [{ base: { layers: 1, how: "neighbour" } }] });
    expect(schemaErrors("flatten-plan", plan)).toEqual([]);
  });

  test("lists only hidden files that are left out, not those that stay in a kept layer", async () => {
    const app = [layer(file("app", "a".repeat(2000))), layer(whiteout("app"), file("b", "b".repeat(900)))];
    const source = writeArchive(
      folder.in("kept.tar"),
      dockerClassic(image({ layers: [...app, layer(whiteout("b"))] })),
    );
    const { images } = await planFlatten(source, undefined, { layers: "1-" });
    expect(images[0]?.hiddenFiles.map(({ path, layer: number }) => [path, number])).toEqual([["b", 1]]);
    expect(images[0]?.hidden.size).toBe(900);
  });

  test("shows that the one layer of an image without layers is made from none", async () => {
    const source = writeArchive(folder.in("none.tar"), dockerClassic(image({ layers: [] })));
    const text = await runCli(["flatten", source, "--dry-run"]);
    expect(text.stdout).toMatch(/^result +one layer of no layers, /m);
    const { stdout } = await runCli(["flatten", source, "--dry-run", "--format", "json"]);
    expect(schemaErrors("flatten-plan", JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ images: [{ result: [{ first: 0, last: -1 }] }] });
  });

  test("is refused together with what needs a result", async () => {
    for (const option of ["--verify", "--quiet", "--digestfile=x"]) {
      expect((await runCli(["flatten", "a.tar", "--dry-run", option])).status).toBe(2);
    }
  });
});
