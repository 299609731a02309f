import { expect, test } from "vitest";
import { changeImage } from "../../../src/image/change-image.ts";
import { loadFixture } from "../../support/load-fixture.ts";

test("secrets are removed from steps and comments with a diagnostic, and every other byte of the config stays", async () => {
  const steps =
    '[ {"created_by": "ENV \\u0054OKEN=a LANG=C", "x": 1.0},{"created_by":"RUN true","comment":"PASSWORD=b"}]';
  const text = `{"os":"linux","architecture":"amd64","history":${steps},"rootfs":{"type":"layers","diff_ids":[]}}`;
  const image = await loadFixture({ config: text, layers: [] });
  const changed = changeImage(image, { history: "redact" });
  const after = text.replace("\\u0054OKEN=a", "TOKEN=***").replace("PASSWORD=b", "PASSWORD=***");
  expect(new TextDecoder().decode(changed.config.bytes)).toBe(after);
  expect(changed.diagnostics.at(-1)).toMatchObject({ rule: "history-redacted", platform: "linux/amd64" });
  expect(changeImage(changed, { history: "redact" })).toBe(changed);
});

test("a step with a text twice is refused: readers see the last, but the first is in the image, too", async () => {
  const steps = '[{"created_by":"ENV TOKEN=a","created_by":"RUN true"}]';
  const text = `{"os":"linux","architecture":"amd64","history":${steps},"rootfs":{"type":"layers","diff_ids":[]}}`;
  const image = await loadFixture({ config: text, layers: [] });
  expect(() => changeImage(image, { history: "redact" })).toThrow(/treat as the same/);
  expect(changeImage(image, {})).toBe(image);
});
