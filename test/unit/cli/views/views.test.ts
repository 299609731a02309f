import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createPaint } from "../../../../src/cli/terminal.ts";
import { diagnosticsText } from "../../../../src/cli/views/diagnostics-text.ts";
import { flattenSummary } from "../../../../src/cli/views/flatten-summary.ts";
import { historyView } from "../../../../src/cli/views/history-view.ts";
import { inspectView } from "../../../../src/cli/views/inspect-view.ts";
import type { InspectResult } from "../../../../src/index.ts";
import { diagnostics, diffId, digest, flattened, image, past } from "./sample-results.ts";

const paint = createPaint({ colour: false, unicode: true });
const ascii = createPaint({ colour: false, unicode: false });
const now = Date.parse("2026-11-21T12:00:00Z");
const golden = (name: string): string => `../golden/${name}.txt`;

describe("the closing summary", () => {
  test("shows before and after, diagnostics and the next command", async () => {
    await expect(`${flattenSummary(flattened, { paint, columns: 80 })}\n`).toMatchFileSnapshot(golden("flatten-80"));
  });

  test("does without Unicode, and shortens nothing in a pipe", async () => {
    await expect(`${flattenSummary(flattened, { paint: ascii, columns: undefined })}\n`).toMatchFileSnapshot(
      golden("flatten-pipe"),
    );
  });

  test("shows the step that a base was guessed from as in a Dockerfile", () => {
    const base = { layers: 1, how: "history", name: '/bin/sh -c #(nop)  CMD ["sh"]' } as const;
    const shown = flattenSummary({ ...flattened, images: [{ ...image, base }] }, { paint, columns: 80 });
    expect(shown).toMatch(/^base +CMD \["sh"\], 1 layer: a guess from the history$/m);
  });

  test("shows, of very many exclusions, those that left out most, in their order", () => {
    const excluded = Array.from({ length: 50_000 }, (_, at) => {
      return { option: "exclude", value: `p${at}`, entries: at % 2, bytes: at < 20 ? 1000 + at : 1 } as const;
    });
    const shown = flattenSummary({ ...flattened, images: [{ ...image, excluded }] }, { paint, columns: 80 });
    const told = shown.split("\n").filter((line) => / by (?:--exclude|[0-9])/.test(line));
    expect(told).toHaveLength(21);
    expect(told[0]).toMatch(/^left out +nothing by --exclude p0$/);
    expect(told[19]).toMatch(/^ +1 entry, 1\.02 kB by --exclude p19$/);
    expect(told[20]).toMatch(
      /^ +24,990 entries, 50 kB by 49,980 more, nothing by 24,990 of them \(all of them: --format json\)$/,
    );
  });

  test("names the platforms of an index", async () => {
    const arm = { ...image, platform: "linux/arm64", diagnostics: [] };
    const index = { ...flattened, destination: "oci:layout:flat", images: [{ ...image, diagnostics: [] }, arm] };
    await expect(`${flattenSummary(index, { paint, columns: 80 })}\n`).toMatchFileSnapshot(golden("flatten-index"));
  });

  test("says that an image was split if it has more layers than before, except one layer instead of none", () => {
    const shown = (before: number, count: number): string => {
      const layers = Array.from({ length: count }, () => image.after.layers).flat();
      const split = { ...image, before: { ...image.before, layers: before }, after: { ...image.after, layers } };
      return flattenSummary({ ...flattened, images: [split] }, { paint, columns: 80 }).split(" ")[0] ?? "";
    };
    expect([shown(1, 3), shown(0, 1), shown(4, 3)]).toEqual(["Split", "Flattened", "Flattened"]);
  });

  test("says that there was nothing to do", () => {
    const flat = { ...flattened, images: [{ ...image, alreadyFlat: true }] };
    expect(flattenSummary(flat, { paint, columns: 80 })).toContain("Already flat, copied docker-archive:app.tar to");
  });
});

describe("diagnostics", () => {
  test("name the platforms that their message does not", () => {
    const of = (platform: string) => ({
      rule: "platform-missing",
      message: "It was left out",
      strict: false,
      platform,
    });
    const told = { rule: "platform-chosen", message: "linux/arm64 was taken", strict: false, platform: "linux/arm64" };
    const lines = diagnosticsText([of("linux/amd64"), of("linux/s390x"), told], { paint, columns: 80 });
    expect(lines.slice(1)).toEqual([
      "  platform-missing",
      "    2 × It was left out",
      "      linux/amd64",
      "      linux/s390x",
      "  platform-chosen",
      "    linux/arm64 was taken",
    ]);
  });

  test("are grouped by rule, the most frequent first, with three places at most", async () => {
    await expect(`${diagnosticsText(diagnostics, { paint, columns: 80 }).join("\n")}\n`).toMatchFileSnapshot(
      golden("diagnostics-80"),
    );
  });

  test("with thousands of messages are limited to twenty per rule", () => {
    const of = (rule: string, number: number) => ({ rule, message: `image ${number} cannot be read`, strict: false });
    const many = Array.from({ length: 5000 }, (_, number) => of("image-unreadable", number));
    const lines = diagnosticsText([...many, of("referrers-unknown", 1)], { paint, columns: 80 });
    expect(lines.slice(-4)).toEqual([
      "    image 19 cannot be read",
      "  referrers-unknown",
      "    image 1 cannot be read",
      "  and 4,980 more (all of them: --format json)",
    ]);
  });

  test("keep to the width", () => {
    for (const columns of [60, 80]) {
      for (const line of diagnosticsText(diagnostics, { paint, columns })) {
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });

  test("are no lines if there are none", () => {
    expect(diagnosticsText([], { paint, columns: 80 })).toEqual([]);
  });
});

describe("the history", () => {
  test.each([80, 160, undefined])("on %s columns", async (columns) => {
    const text = historyView(past, { paint, columns, now, trunc: true });
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns ?? 999);
    await expect(`${text}\n`).toMatchFileSnapshot(golden(`history-${columns ?? "pipe"}`));
  });

  test("in full with --no-trunc", async () => {
    const text = historyView(past, { paint, columns: 80, now, trunc: false });
    await expect(`${text}\n`).toMatchFileSnapshot(golden("history-no-trunc"));
  });
});

describe("inspect", () => {
  const config = { created: "2026-11-01T09:00:00Z", author: "a\u202eb", config: { Cmd: ["nginx", "-g\x1b"] } };
  const document = (digit: string, json: unknown) => ({
    digest: digest(digit),
    mediaType: "application/vnd.oci.image.config.v1+json",
    size: 1234,
    text: JSON.stringify(json),
    json,
  });
  const result: InspectResult = {
    source: "oci:layout:1.0",
    names: ["app:1.0"],
    digest: digest("7"),
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    images: [
      {
        platform: "linux/amd64",
        manifest: document("7", { annotations: { "org.opencontainers.image.title": "app" } }),
        config: document("8", config),
        layers: [0, 1].map((number) => ({
          number,
          digest: digest(String(number)),
          diffId: diffId("a"),
          mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
          size: 20_000_000,
        })),
        size: 40_000_000,
      },
    ],
    others: [],
    referrers: [],
    diagnostics: [],
  };

  test.each([80, 200])("lists the referrers of the image on %i columns, escaped", (columns) => {
    const what = "signature" as const;
    const of = { what, where: "tag" as const, subject: digest("7"), digest: digest("9"), artifactType: "a\x1b" };
    const index = { ...of, what: "sbom" as const, subject: digest("1"), artifactType: "application/spdx+json" };
    const text = inspectView({ ...result, referrers: [of, index] }, { paint, columns });
    const lines = text.slice(text.indexOf("Beside the image")).split("\n");
    const shown = columns === 80 ? "9".repeat(12) : digest("9");
    expect(lines.slice(2).map((line) => line.split(/ {2,}/))).toEqual([
      ["signature", "linux/amd64", shown, "a\\x1b"],
      ["SBOM", "the index", shown, "spdx+json"],
    ]);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  test.each([200, 210, 211])("fits on %s columns with layers of Docker's media type", (columns) => {
    const mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    const images = result.images.map((each) => ({
      ...each,
      layers: each.layers.map((one) => ({ ...one, size: 1_230_000, mediaType })),
    }));
    const text = inspectView({ ...result, images }, { paint, columns });
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(text.includes(mediaType)).toBe(columns >= 211);
  });

  test.each([80, undefined])("on %s columns", async (columns) => {
    const text = inspectView(result, { paint, columns });
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns ?? 999);
    await expect(`${text}\n`).toMatchFileSnapshot(golden(`inspect-${columns ?? "pipe"}`));
  });
});
