import { describe, expect, test } from "vitest";
import { ImageInvalidError } from "../../../src/errors.ts";
import type { ProgressEvent } from "../../../src/progress/events.ts";
import { planStage } from "../../../src/progress/plan-stage.ts";

const image = { platform: { os: "linux", architecture: "arm64", variant: "v8" } };
const layers = [{ entries: { length: 1200 } }, { entries: { length: 34 } }];

describe("planStage", () => {
  test("reports the platform and how many entries all layers have", async () => {
    const events: ProgressEvent[] = [];
    const report = (event: ProgressEvent): void => void events.push(event);
    expect(await planStage({ image, layers }, { report }, () => "the plan")).toBe("the plan");
    const stage = { stage: "plan", platform: "linux/arm64" };
    expect(events.at(0)).toEqual({ ...stage, type: "started", label: "1,234 entries" });
    expect(events.at(-1)).toMatchObject({ ...stage, type: "finished" });
  });

  test("an error that leaves it says that it was found in this stage", async () => {
    const refuse = (): never => {
      throw new ImageInvalidError("WHITEOUT_INVALID", "of the plan");
    };
    await expect(planStage({ image, layers }, { report: () => {} }, refuse)).rejects.toMatchObject({ stage: "plan" });
  });
});
