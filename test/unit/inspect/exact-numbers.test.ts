import { describe, expect, test } from "vitest";
import { diff } from "../../../src/index.ts";
import { configText } from "../../../src/report/page/config-text.ts";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { type FixtureImage, image } from "../../support/image-fixture.ts";
import { runCli } from "../../support/run-cli.ts";
import { testFolder } from "../../support/test-folder.ts";

const folder = testFolder();

/** Numbers that JavaScript writes in another way, or not at all: JSON.stringify turns Infinity into `null`. */
const NUMBERS = ["9007199254740993", "-9223372036854775808", "1.0", "1E3", "-0", "1e400"];

function numbered(number: string): FixtureImage {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };
  return image({ tags: ["app:1"], config: { StopTimeout: rawJSON(number), Deep: [{ number: rawJSON(number) }] } });
}

function archive(name: string, number: string): string {
  return writeArchive(folder.in(`${name}.tar`), dockerClassic(numbered(number)));
}

describe.each(NUMBERS)("%s in a config", (number) => {
  test.each([[[]], [["--format", "json"]]])("is what planish inspect %j shows", async (flags) => {
    const { stdout } = await runCli(["inspect", archive("inspected", number), ...flags]);
    const lines = stdout.split("\n").map((line) => line.trim().replace(/,$/, ""));
    expect(lines).toContain(`"StopTimeout": ${number}`);
    expect(lines).toContain(`"number": ${number}`);
  });

  test("is what a report shows", () => {
    const { rows, document } = configText(Buffer.from(numbered(number).config).toString());
    expect(rows).toEqual([
      ["Cmd", ["/bin/true"]],
      ["StopTimeout", [number]],
      ["Deep", [`{"number":${number}}`]],
    ]);
    expect(document).toContain(`"StopTimeout": ${number},`);
    expect(document).toContain(`"number": ${number}\n`);
  });
});

describe("configs that differ only in how numbers are written", () => {
  test("differ", async () => {
    const { config, equal } = await diff(archive("a", "9007199254740992"), archive("b", "9007199254740993"));
    expect(equal).toBe(false);
    expect(config[0]).toEqual({ field: "config.StopTimeout", a: "9007199254740992", b: "9007199254740993" });
    const { stdout } = await runCli(["diff", archive("a", "1"), archive("b", "1.0")]);
    expect(stdout).toContain("config.StopTimeout  1 -> 1.0\n");
  });
});
