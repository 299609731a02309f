import { expect, test } from "vitest";
import type { ReportData } from "../../../src/report/report-data.ts";
import { reportHead, reportTail } from "../../../src/report/report-html.ts";
import { readReport } from "../../support/read-report.ts";

test("a title from an image can neither be markup nor hide or reorder text", () => {
  const head = reportHead("<b>\u202e\x1bgnp.exe");
  const shown = "&#60;b&#62;\ufffd\ufffdgnp.exe";
  expect(head).toContain(`<title>${shown} – planish report</title>`);
  expect(head).toContain(`Reading ${shown}…`);
});

test("of very many diagnostics only the first of each rule say where, and the others count", async () => {
  const path = "long".repeat(1000);
  const found = (rule: string) => ({ rule, message: "found", strict: false, layer: 0, path });
  const diagnostics = [...Array.from({ length: 20_000 }, () => found("D9")), found("D1")];
  const { image } = readReport(await reportTail({ image: { diagnostics } } as unknown as ReportData));
  expect(image.diagnostics.slice(0, 100)).toEqual(diagnostics.slice(0, 100));
  expect(image.diagnostics[100]).toEqual({ rule: "D9", message: "found", strict: false, layer: 0 });
  expect(image.diagnostics.slice(20_000)).toEqual([found("D1")]);
});
