import { expect, test } from "vitest";
import { exitCode } from "../../../src/cli/exit-code.ts";
import { Interruption } from "../../../src/cli/interruption.ts";
import { ImageInvalidError, LimitError, TransportError, UsageError } from "../../../src/index.ts";

test.each<[string, unknown, number]>([
  ["the person typing", new UsageError("DESTINATION_EXISTS", "m"), 2],
  ["whoever made the image", new ImageInvalidError("ZSTD_INVALID", "m"), 3],
  ["the operator", new TransportError("DISK_FULL", "m"), 4],
  ["the operator", new TransportError("WORKER_LOST", "m"), 4],
  ["whoever sets the limits", new LimitError("entries", 1, 2), 5],
  ["us", new TypeError("x is undefined"), 70],
  ["us, strangely", "a string", 70],
  ["nobody: SIGINT", new Interruption("SIGINT"), 130],
  ["nobody: SIGTERM", new Interruption("SIGTERM"), 143],
  ["nobody: SIGHUP", new Interruption("SIGHUP"), 129],
  ["nobody: SIGQUIT", new Interruption("SIGQUIT"), 131],
])("the exit status says that %s must act", (_, error, status) => {
  expect(exitCode(error)).toBe(status);
});
