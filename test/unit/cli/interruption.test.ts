import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interruption, watchInterrupts } from "../../../src/cli/interruption.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function watched() {
  const exits: unknown[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (status: unknown) => exits.push(status) as never });
  const watch = watchInterrupts(process as never);
  return { process, exits, watch };
}

test("a signal aborts, and a second one exits when cleaning up takes too long", () => {
  const { process, exits, watch } = watched();
  process.emit("SIGTERM", "SIGTERM");
  expect(watch.signal.reason).toEqual(new Interruption("SIGTERM"));
  expect(exits).toEqual([]);
  vi.advanceTimersByTime(501);
  process.emit("SIGINT", "SIGINT");
  expect(exits).toEqual([130]);
  expect(watch.signal.reason).toMatchObject({ exitCode: 143 });
});

test("one Ctrl-C that arrives twice, from the terminal and from npm, leaves the time to clean up", () => {
  const { process, exits, watch } = watched();
  process.emit("SIGINT", "SIGINT");
  vi.advanceTimersByTime(30);
  process.emit("SIGINT", "SIGINT");
  expect(watch.signal.aborted).toBe(true);
  expect(exits).toEqual([]);
});

test("nothing is watched after it is disposed", () => {
  const { process, watch } = watched();
  watch[Symbol.dispose]();
  expect(process.eventNames()).toEqual([]);
});
