import { describe, expect, test } from "vitest";
import type { HistoryLayer } from "../../../src/inspect/history-result.ts";
import { historySteps } from "../../../src/inspect/history-steps.ts";

const layers = [0, 1, 2].map((number) => ({ number }) as HistoryLayer);
const show = (steps: ReturnType<typeof historySteps>): unknown[] =>
  steps.map(({ createdBy, layer }) => [createdBy, layer?.number]);

describe("the steps of an image", () => {
  test("come newest first, each with the layer that it made", () => {
    const history = [
      { created_by: "ADD" },
      { created_by: "ENV", empty_layer: true },
      { created_by: "RUN" },
      { created_by: "COPY" },
      { created_by: "CMD", empty_layer: true },
    ];
    expect(show(historySteps(history, layers))).toEqual([
      ["CMD", undefined],
      ["COPY", 2],
      ["RUN", 1],
      ["ENV", undefined],
      ["ADD", 0],
    ]);
  });

  test("show layers that are not in the history", () => {
    expect(show(historySteps([{ created_by: "ADD" }], layers))).toEqual([
      [undefined, 2],
      [undefined, 1],
      ["ADD", 0],
    ]);
  });

  test("show entries that claim a layer that is not there", () => {
    const history = ["a", "b", "c", "d"].map((created_by) => ({ created_by }));
    expect(show(historySteps(history, layers)).at(0)).toEqual(["d", undefined]);
  });

  test("take null for a time that is not known", () => {
    expect(historySteps([{ created: null, created_by: "ADD" }], [])[0]?.created).toBeUndefined();
  });
});
