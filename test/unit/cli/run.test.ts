import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/index.ts";
import { runCli as planish } from "../../support/run-cli.ts";

const tooLong = (text: string): string[] => text.split("\n").filter((line) => line.length > 80);

describe("the help", () => {
  test.each([
    [[]],
    [["--help"]],
    [["flatten", "--help"]],
    [["copy", "--help"]],
    [["images", "--help"]],
    [["analyze", "--help"]],
    [["verify", "--help"]],
    [["fsdigest", "--help"]],
    [["history", "--help"]],
    [["inspect", "--help"]],
    [["diff", "--help"]],
    [["explain", "--help"]],
    [["ls", "--help"]],
    [["tree", "--help"]],
    [["cat", "--help"]],
    [["report", "--help"]],
    [["ui", "--help"]],
    [["demo", "--help"]],
    [["install-plugin", "--help"]],
    [["completion", "--help"]],
  ])("of planish %j", async (args) => {
    const { status, stdout, stderr } = await planish(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    await expect(stdout).toMatchFileSnapshot(`golden/help${args[0]?.match(/^\w/) ? `-${args[0]}` : ""}.txt`);
  });

  test("fits 80 columns and names every limit", async () => {
    expect(tooLong((await planish(["--help"], { terminal: true })).stdout)).toEqual([]);
    for (const command of ["demo", "install-plugin"])
      expect(tooLong((await planish([command, "--help"], { terminal: true })).stdout)).toEqual([]);
    for (const command of [
      "flatten",
      "verify",
      "fsdigest",
      "copy",
      "export",
      "import",
      "images",
      "analyze",
      "history",
      "inspect",
      "diff",
      "explain",
      "ls",
      "tree",
      "cat",
      "report",
      "ui",
    ]) {
      const { stdout } = await planish([command, "--help"], { terminal: true });
      expect(tooLong(stdout)).toEqual([]);
      for (const name of Object.keys(DEFAULT_LIMITS)) expect(stdout).toContain(name);
    }
  });

  test("is also shown by planish help", async () => {
    expect(await planish(["help"])).toEqual(await planish([]));
    expect(await planish(["help", "flatten"])).toEqual(await planish(["flatten", "--help"]));
  });

  test("--version prints only the version", async () => {
    expect((await planish(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test("every command that shows progress has --quiet", async () => {
  const commands = (await planish(["__complete", ""])).stdout.split("\n").map((line) => line.split("\t")[0] ?? "");
  const offered = async (name: string) => (await planish(["__complete", name, "--"])).stdout;
  const helps = await Promise.all(commands.filter((name) => /^\w/.test(name)).map(offered));
  const showing = helps.filter((options) => options.includes("--progress\t"));
  expect(showing.length).toBeGreaterThan(15);
  for (const options of showing) expect(options).toContain("--quiet\t");
});

describe("a command that is wrong", () => {
  test.each<[string, readonly string[], string]>([
    [
      "an unknown command",
      ["flaten", "a", "b"],
      "COMMAND_UNKNOWN: unknown command 'flaten'\n  hint  Did you mean flatten?",
    ],
    [
      "the beginning of a command, which another is more like",
      ["flat", "a", "b"],
      "COMMAND_UNKNOWN: unknown command 'flat'\n  hint  Did you mean flatten?",
    ],
    [
      "the beginning of two commands",
      ["exp"],
      "COMMAND_UNKNOWN: unknown command 'exp'\n  hint  Did you mean one of explain, export?",
    ],
    [
      "the beginning of a hidden command",
      ["__comp"],
      "COMMAND_UNKNOWN: unknown command '__comp'\n  hint  planish --help shows what there is",
    ],
    [
      "help for an unknown command",
      ["help", "flaten"],
      "COMMAND_UNKNOWN: unknown command 'flaten'\n  hint  Did you mean flatten?",
    ],
    [
      "help for a command that is like none",
      ["help", "zzz"],
      "COMMAND_UNKNOWN: unknown command 'zzz'\n  hint  planish --help shows what there is",
    ],
    ["no command", ["--"], "COMMAND_UNKNOWN: no command was named\n  hint  planish --help shows what there is"],
    [
      "an unknown option",
      ["flatten", "a", "b", "--forse"],
      "ARGUMENT_INVALID: unknown option '--forse'\n  hint  Did you mean --force?",
    ],
    [
      "an unknown option with its value, which may be a secret",
      ["flatten", "a", "b", "--cred=user:secret"],
      "ARGUMENT_INVALID: unknown option '--cred'\n  hint  Did you mean --creds?",
    ],
    [
      "an option with a value that takes none",
      ["flatten", "a", "b", "--quiet=yes"],
      "ARGUMENT_INVALID: option '--quiet' takes no value\n  hint  planish flatten --help shows what there is",
    ],
    [
      "an option before the command",
      ["--compression=zstd", "flatten", "a", "b"],
      "ARGUMENT_INVALID: unknown option '--compression'\n  hint  options come after the command: planish flatten OPTIONS",
    ],
    [
      "an unknown option with a value that is like none",
      ["--zzzzzzzz=1"],
      "ARGUMENT_INVALID: unknown option '--zzzzzzzz'\n  hint  planish --help shows what there is",
    ],
    [
      "a missing argument",
      ["flatten"],
      "ARGUMENT_INVALID: missing required argument 'source'\n  hint  planish flatten --help shows what there is",
    ],
    [
      "an argument too many",
      ["inspect", "a", "b"],
      "ARGUMENT_INVALID: too many arguments for 'inspect'. Expected 1 argument but got 2: a, b.\n  hint  planish inspect --help shows what there is",
    ],
    [
      "a choice that there is not",
      ["flatten", "a", "b", "--compression", "xz"],
      "ARGUMENT_INVALID: option '--compression <how>' argument 'xz' is invalid. Allowed choices are auto, gzip, zstd, none.\n  hint  planish flatten --help shows what there is",
    ],
    [
      "an argument that there is not",
      ["completion", "tcsh"],
      "ARGUMENT_INVALID: argument 'shell': 'tcsh' is invalid. Allowed choices are bash, zsh, fish.\n  hint  planish completion --help shows what there is",
    ],
    ["--quiet with --format json", ["flatten", "a", "b", "--quiet", "--format", "json"], ""],
    ["--quiet, which prints nothing, with --format json", ["verify", "a", "b", "--quiet", "--format", "json"], ""],
    [
      "a time that is none",
      ["flatten", "a", "b", "--timestamp", "yesterday"],
      'ARGUMENT_INVALID: --created, --timestamp: "yesterday" is not an RFC 3339 time such as 2026-01-31T12:00:00Z\n  stage  open\n  hint   on the command line also seconds since 1970',
    ],
    [
      "a day that does not exist",
      ["flatten", "a", "b", "--dry-run", "--created", "2026-02-30T00:00:00Z"],
      'ARGUMENT_INVALID: --created, --timestamp: "2026-02-30T00:00:00Z" is not an RFC 3339 time such as 2026-01-31T12:00:00Z\n  stage  open\n  hint   on the command line also seconds since 1970',
    ],
    [
      "an unknown limit",
      ["history", "a", "--limit", "size=1"],
      `ARGUMENT_INVALID: --limit: "size=1" is not NAME=VALUE, where NAME is one of ${Object.keys(DEFAULT_LIMITS).join(", ")}`,
    ],
    [
      "a source outside an engine without a destination",
      ["flatten", "docker-archive:a.tar"],
      "ARGUMENT_INVALID: a destination is needed: it may be left out only for an image in Docker or podman\n  stage  open\n  hint   say where the flat image goes: docker-daemon:NAME, docker://NAME, docker-archive:PATH or oci:DIR",
    ],
    [
      "credentials from a stdin that is the source",
      ["inspect", "-", "--creds-stdin"],
      "ARGUMENT_INVALID: --creds-stdin: the source is stdin already",
    ],
    [
      "--dry-run with a file about a result",
      ["flatten", "a", "b", "--dry-run", "--provenance-out", "p"],
      "ARGUMENT_INVALID: option '--dry-run' cannot be used with option '--provenance-out <path>'\n  hint  planish flatten --help shows what there is",
    ],
    [
      "--digests with --tree, which shows layers",
      ["images", "--tree", "--digests"],
      "ARGUMENT_INVALID: option '--digests' cannot be used with option '--tree'\n  hint  planish images --help shows what there is",
    ],
    ["--all-platforms with --platform", ["flatten", "a", "b", "--all-platforms", "--platform", "linux/arm64"], ""],
    ["JSON beside an archive on stdout", ["flatten", "a", "-", "--format", "text", "--format", "json"], ""],
    [
      "control characters in an argument",
      ["\x1b[2J"],
      "COMMAND_UNKNOWN: unknown command '\\x1b[2J'\n  hint  planish --help shows what there is",
    ],
  ])("%s ends with status 2 and says what would be right", async (_, args, message) => {
    const { status, stdout, stderr } = await planish(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    if (message !== "") expect(stderr).toBe(`planish: ${message}\n`);
    else
      expect(stderr).toMatch(
        args.includes("json") ? /^\{"schemaVersion":1,"error":\{"code":"ARGUMENT_INVALID"/ : /^planish: /,
      );
  });

  test.each<[readonly string[], string]>([
    [["flatten", "a", "b", "--split", "126"], '--split: "126" is not a whole number from 1 to 125'],
    [["flatten", "a", "b", "--merge-smaller-than", "0"], '--merge-smaller-than: "0" is not a size'],
    [["ui", "--port", "65536"], '--port: "65536" is not a whole number from 1 to 65535'],
    [["history", "a", "--cache", ""], '--cache: "" is not a path'],
    [["history", "a", "--authfile", ""], '--authfile: "" is not a path'],
    [["flatten", "a", "b", "--config", ""], '--config: "" is not a path'],
    [["export", "a", "b", "--config-out", ""], '--config-out: "" is not a path'],
    [["report", "a", "-o", ""], '--output: "" is not a path'],
  ])("%j is refused by the name that was typed", async (args, message) => {
    const { status, stderr } = await planish(args);
    expect(status).toBe(2);
    expect(stderr).toContain(`planish: ARGUMENT_INVALID: ${message}`);
  });

  test.each<[string, readonly string[]]>([
    ["the result", ["export", "a", "-"]],
    ["the result", ["report", "a", "-o", "-"]],
    ["--digestfile", ["flatten", "a", "b", "--digestfile", "-"]],
    ["--digestfile", ["copy", "a", "b", "--digestfile", "/dev/stdout"]],
    ["--digestfile", ["import", "a", "b", "--digestfile", "/dev/fd/1"]],
    ["--provenance-out", ["flatten", "a", "b", "--provenance-out", "/proc/self/fd/1"]],
    ["--config-out", ["export", "a", "b", "--config-out", "-"]],
  ])("%s on stdout beside JSON is refused: %j", async (other, args) => {
    const { status, stdout, stderr } = await planish([...args, "--format", "json"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    const message = `--format json and ${other} cannot both go to stdout`;
    expect(JSON.parse(stderr)).toMatchObject({ error: { message, details: { hint: "name a file" } } });
  });

  test("SOURCE_DATE_EPOCH that is no number is refused", async () => {
    const { status, stderr } = await planish(["flatten", "a", "b"], { env: { SOURCE_DATE_EPOCH: "now" } });
    expect(status).toBe(2);
    expect(stderr).toContain('SOURCE_DATE_EPOCH: "now" is not seconds since 1970 as a whole number');
  });

  test("with --format json the error is one line of JSON, wherever the fault lies", async () => {
    const { stderr } = await planish(["flatten", "--format=json"]);
    expect(JSON.parse(stderr)).toEqual({
      schemaVersion: 1,
      error: {
        code: "ARGUMENT_INVALID",
        message: "missing required argument 'source'",
        details: { hint: "planish flatten --help shows what there is" },
      },
    });
  });
});

describe("a daemon", () => {
  test.each([
    ["inspect", ["-H", "unix:///nowhere/docker.sock", "docker-daemon:app"]],
    ["history", ["--podman-host", "unix:///nowhere/podman.sock", "podman:app"]],
    ["flatten", ["--host=unix:///nowhere/docker.sock", "docker-daemon:app:1.0"]],
  ])("that does not answer %s where the options say is a failure of the operator's", async (command, args) => {
    const { status, stderr } = await planish([command, ...args]);
    expect({ status, stderr }).toEqual({
      status: 4,
      stderr: expect.stringMatching(/^planish: DAEMON_UNREACHABLE: .*\/nowhere\/(docker|podman)\.sock/),
    });
  });
});

describe("a terminal", () => {
  test("is not read as an archive", async () => {
    const { status, stderr } = await planish(["history", "-"], { terminal: true });
    expect(status).toBe(2);
    expect(stderr).toContain("the source is stdin, and stdin is a terminal");
  });

  test.each(["-", "docker-archive:-", "oci-archive:-:tag"])(
    "gets no archive written on it by %s",
    async (destination) => {
      const { status, stderr } = await planish(["flatten", "a.tar", destination], { terminal: true });
      expect(status).toBe(2);
      expect(stderr).toContain("the destination is stdout, and stdout is a terminal");
    },
  );
});
