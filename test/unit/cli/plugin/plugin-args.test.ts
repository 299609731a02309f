import { expect, test } from "vitest";
import { pluginArgs } from "../../../../src/cli/plugin/plugin-args.ts";

test.each<[string, string[], string[]]>([
  ["a command as it is typed", ["flatten", "app", "-q"], ["flatten", "app", "-q"]],
  ["global options before the command", ["-H", "unix:///x", "flatten"], ["-H", "unix:///x", "flatten"]],
  ["a switch that is on", ["--tls=true", "-D=1", "flatten"], ["--tls", "-D", "flatten"]],
  ["a switch that is off", ["--tlsverify=false", "--debug=0", "flatten"], ["flatten"]],
  ["help before the command", ["--help", "flatten"], ["flatten", "--help"]],
  ["help after it", ["flatten", "--help"], ["flatten", "--help"]],
  ["help without it", ["--help"], ["--help"]],
])("%s", (_, args, expected) => {
  expect(pluginArgs(args)).toEqual(expected);
});
