import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorJson } from "../../../src/cli/error-text.ts";
import { Interruption } from "../../../src/cli/interruption.ts";
import type { ProgressEvent } from "../../../src/index.ts";
import { ImageInvalidError, LimitError } from "../../../src/index.ts";
import { schemaErrors } from "../../support/json-schema.ts";

describe("JSON output matches the documented schema", () => {
  test.each([
    [
      "an error of ours",
      new ImageInvalidError("TAR_INVALID", "m", { details: { layer: 1, entry: "caf\xe9", offset: 512 } }),
    ],
    ["a limit", new LimitError("entries", 1, 2)],
    ["an interruption", new Interruption("SIGINT")],
    ["a bug", new TypeError("x is not a function")],
  ])("%s", (_, error) => {
    expect(schemaErrors("error", JSON.parse(JSON.stringify(errorJson(error))))).toEqual([]);
  });

  test.each<ProgressEvent>([
    { type: "image", label: "app:1.0", number: 1, total: 2 },
    { type: "started", stage: "scan", platform: "linux/arm/v7", label: "8 layers", total: 10 },
    { type: "advanced", stage: "scan", done: 5, total: undefined },
    { type: "finished", stage: "scan", milliseconds: 1.5 },
    { type: "diagnostic", diagnostic: { rule: "D3", message: "m", strict: false, layer: 2, path: "a" } },
  ])("the progress event $type", (event) => {
    expect(schemaErrors("progress", JSON.parse(JSON.stringify(event)))).toEqual([]);
  });
});

test("the schema rejects undocumented and missing properties", () => {
  expect(schemaErrors("error", { schemaVersion: 1, error: { code: "INTERNAL", message: "m" }, extra: 1 })).toHaveLength(
    1,
  );
  expect(schemaErrors("error", { schemaVersion: 1, error: { message: "m" } })).toHaveLength(1);
});

test.each(["formats/json-output.md", "schema/README.md"])("docs/%s has all schemas", (page) => {
  const docs = new URL("../../../docs/", import.meta.url);
  const text = readFileSync(new URL(page, docs), "utf8");
  const schemas = readdirSync(new URL("schema/", docs)).filter((name) => /^(?!common).*\.json$/.test(name));
  expect(schemas.filter((name) => !text.includes(`${name})`))).toEqual([]);
});
