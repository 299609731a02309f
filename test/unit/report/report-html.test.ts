import { expect, test } from "vitest";
import { reportHead } from "../../../src/report/report-html.ts";

test("a title from an image can neither be markup nor hide or reorder text", () => {
  const head = reportHead("<b>\u202e\x1bgnp.exe");
  const shown = "&#60;b&#62;\ufffd\ufffdgnp.exe";
  expect(head).toContain(`<title>${shown} – planish report</title>`);
  expect(head).toContain(`Reading ${shown}…`);
});
