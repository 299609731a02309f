import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Turns } from "../../../src/transport/turns.ts";

describe("Turns", () => {
  test("runs one task after another, also after one that failed, and returns each result", async () => {
    const turns = new Turns();
    const told: string[] = [];
    const work = (name: string) => async () => {
      told.push(`${name} begins`);
      await nextTurn();
      told.push(`${name} ends`);
      if (name === "b") throw new Error("b failed");
      return name;
    };
    const [a, b, c] = [turns.take(work("a")), turns.take(work("b")), turns.take(work("c"))];
    await turns.ended();
    expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect([await a, await c]).toEqual(["a", "c"]);
    await expect(b).rejects.toThrow("b failed");
  });

  test("has ended if nothing was requested, and if the last task failed", async () => {
    const turns = new Turns();
    await turns.ended();
    turns.take(() => Promise.reject(new Error("no"))).catch(() => {});
    await expect(turns.ended()).resolves.toBeUndefined();
  });
});
