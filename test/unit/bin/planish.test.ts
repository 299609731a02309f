import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerClassic, writeArchive } from "../../support/image-archives.ts";
import { image } from "../../support/image-fixture.ts";
import { reflowingTerminal } from "../../support/reflowing-terminal.ts";
import { file, layer } from "../../support/tar-fixture.ts";

/** The program as it is installed: needs the build in dist/. */
const ENTRY = join(import.meta.dirname, "../../../bin/planish.cjs");
const PLUGIN = join(import.meta.dirname, "../../../bin/docker-flatten.cjs");
const directory = mkdtempSync(join(tmpdir(), "planish-bin-"));
const source = join(directory, "demo/planish-demo.tar");
const flat = join(directory, "demo/planish-demo-flat.tar");
afterAll(() => rmSync(directory, { recursive: true }));

interface Spawned {
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

function planish(args: readonly string[], { input, env = {} }: Spawned = {}) {
  const environment = { PATH: process.env.PATH, TMPDIR: directory, ...env };
  const maxBuffer = 100_000_000;
  return spawnSync(process.execPath, [ENTRY, ...args], {
    input: input ?? new Uint8Array(),
    env: environment,
    maxBuffer,
  });
}

beforeAll(() => {
  if (!existsSync(join(import.meta.dirname, "../../../dist/cli/main.js")))
    throw new Error("build first: npm run build");
  expect(planish(["demo", join(directory, "demo")]).status).toBe(0);
});

describe("the program", () => {
  test("works through a symbolic link", () => {
    const link = join(directory, "planish");
    symlinkSync(ENTRY, link);
    const { status, stdout } = spawnSync(process.execPath, [link, "--version"]);
    expect({ status, stdout: String(stdout) }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  /** Starts the program in a process that says to be another version of Node. */
  function withNode(version: string) {
    const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" }); require(${JSON.stringify(ENTRY)});`;
    return spawnSync(process.execPath, ["-e", pretend], { encoding: "utf8" });
  }

  test.each(["8.17.0", "22.18.9", "23.7.0"])(
    "says in one line that Node %s is too old, and ends with 69",
    (version) => {
      expect(withNode(version)).toMatchObject({
        status: 69,
        stdout: "",
        stderr: `planish: needs Node.js 22.19, 23.8, 24 or newer; this is ${version}. See https://nodejs.org/.\n`,
      });
    },
  );

  test.each(["22.19.0", "23.8.0", "24.0.0", "100.0.0"])("runs with Node %s", (version) => {
    expect(withNode(version)).toMatchObject({ status: 0, stdout: expect.stringContaining("Usage: planish") });
  });

  test.each([
    ["its help", ENTRY, "--help"],
    ["docker its metadata", PLUGIN, "docker-cli-plugin-metadata"],
  ])("loads no library to show %s", (_, entry, arg) => {
    const probe = `process.on("exit", () => process.stderr.write(String(process.moduleLoadList.some((name) => name.endsWith(" zlib")))));`;
    const { stderr } = spawnSync(process.execPath, [
      "--import",
      `data:text/javascript,${encodeURIComponent(probe)}`,
      entry,
      arg,
    ]);
    expect(String(stderr)).toBe("false");
  });
});

test.each([
  ["max\n", 64],
  ["100\n", 25],
  ["5\n", 2],
  ["Limit  Soft  Hard  Units\nMax processes             63205                63205                processes", 64],
  ["Limit  Soft  Hard  Units\nMax processes             40                   63205                processes", 10],
])("of 64 cores, no more threads than a quarter of the limit compress: %j", (limit, threads) => {
  const launch = JSON.stringify(join(import.meta.dirname, "../../../bin/launch.cjs"));
  const pretend = `const launch = require(${launch});
    require("node:os").availableParallelism = () => 64;
    require("node:fs").readFileSync = () => ${JSON.stringify(limit)};
    launch(() => Promise.resolve(), () => process.stdout.write(process.env.UV_THREADPOOL_SIZE));`;
  const { stdout } = spawnSync(process.execPath, ["-e", pretend], { encoding: "utf8", env: {} });
  expect(stdout).toBe(String(threads));
});

describe("exit statuses", () => {
  test.each<[string, readonly string[], number]>([
    ["done", ["inspect", source], 0],
    ["a wrong command", ["flaten"], 2],
    ["a source that is not there", ["inspect", "docker-archive:/nowhere.tar"], 4],
    ["an image that is none", ["inspect", `docker-archive:${ENTRY}`], 3],
    ["a limit", ["history", source, "--limit", "entries=3"], 5],
  ])("%s", (_, args, status) => {
    const outcome = planish(args);
    expect({ status: outcome.status, stderr: String(outcome.stderr) }).toEqual({
      status,
      stderr: status === 0 ? "" : expect.stringMatching(/^planish: [A-Z_]+: /),
    });
  });
});

describe("pipes", () => {
  test("an archive goes from stdin to stdout, and all that is for people to stderr", () => {
    const { status, stdout, stderr } = planish(["flatten", "-", "-", "-t", "planish-demo:flat"], {
      input: readFileSync(source),
    });
    expect(status).toBe(0);
    expect(String(stderr)).toMatch(/layers {3}6 -> 1\n/);
    expect(stdout.equals(readFileSync(flat))).toBe(true);
  });

  test("with --quiet the digest goes to stderr when the archive has stdout", () => {
    const { stderr } = planish(["flatten", source, "-", "--quiet"]);
    expect(String(stderr)).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  test("a reader that has seen enough is no error", async () => {
    const child = spawn(
      "sh",
      ["-c", `"$0" "$1" inspect "$2" --format json; echo $? >&2`, process.execPath, ENTRY, source],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    child.stdout.destroy();
    const [told] = await once(child.stderr, "data");
    expect(String(told)).toBe("0\n");
  });
});

test("an error that nobody caught is a bug, with status 70", async () => {
  // As soon as the program would catch it.
  const bomb = `process.on("newListener", (name) => {
    if (name === "uncaughtException") setImmediate(() => Promise.reject(new Error("nobody expects it")));
  });`;
  const child = ["--import", `data:text/javascript,${encodeURIComponent(bomb)}`, ENTRY, "history", "-"];
  // Nobody writes to the pipe, nor closes it.
  const running = spawn(process.execPath, child, { stdio: ["pipe", "ignore", "pipe"] });
  const stderr = text(running.stderr);
  expect(await once(running, "exit")).toEqual([70, null]);
  expect(await stderr).toMatch(/^planish: this is a bug in planish.*\nError: nobody expects it\n/);
});

test.each([
  ["report-error", /^planish: cannot be loaded, is it completely installed\? .*no such file\n$/],
  ["commander", /^planish: cannot be loaded, is it completely installed\? .*no such file\n$/],
  ["undici", /^planish: is not completely installed: no such file\n$/],
])("an installation without %s says so, and ends with 69", (missing, told) => {
  const hook = `import { registerHooks } from "node:module";
    registerHooks({ resolve(name, context, next) {
      if (!name.includes("${missing}")) return next(name, context);
      throw Object.assign(new Error("no such file"), { code: "ERR_MODULE_NOT_FOUND" });
    } });`;
  const image = missing === "undici" ? "docker://127.0.0.1:9/app" : "/nowhere.tar";
  const child = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, ENTRY, "history", image];
  const { status, stderr } = spawnSync(process.execPath, child, { timeout: 10_000 });
  expect({ status, stderr: String(stderr) }).toEqual({ status: 69, stderr: expect.stringMatching(told) });
});

test("a report without the files of its page says that they are missing, and ends with 69", () => {
  const installed = join(directory, "installed");
  cpSync(join(import.meta.dirname, "../../../bin"), join(installed, "bin"), { recursive: true });
  cpSync(join(import.meta.dirname, "../../../dist"), join(installed, "dist"), { recursive: true });
  cpSync(join(import.meta.dirname, "../../../package.json"), join(installed, "package.json"));
  symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(installed, "node_modules"));
  rmSync(join(installed, "dist/report/built"), { recursive: true });
  const args = [join(installed, "bin/planish.cjs"), "report", source, "-o", join(directory, "report.html")];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 69,
    stderr: expect.stringMatching(/^planish: is not completely installed: ENOENT: .*page\.(?:js|css)'\n$/m),
  });
  expect(existsSync(join(directory, "report.html"))).toBe(false);
});

test.runIf(existsSync("/dev/full")).each([
  ["a result", ["inspect"]],
  ["a result that fails a gate", ["analyze", "--fail-on", "layers>0"]],
])("%s that cannot be printed is a failure of the operator's", (_, command) => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [ENTRY, ...command, source], {
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  expect(status).toBe(4);
  expect(String(stderr)).toMatch(/^planish: DISK_FULL: the result could not be printed on stdout\n/);
});

test.each(["-", "rootfs:-"])("a folder is no %s", (reference) => {
  const folder = openSync(directory, "r");
  const { status, stderr } = spawnSync(process.execPath, [ENTRY, "inspect", reference], {
    stdio: [folder, "ignore", "pipe"],
  });
  closeSync(folder);
  expect(status).toBe(2);
  expect(String(stderr)).toMatch(/^planish: REFERENCE_INVALID: stdin is a folder, not an archive$/m);
  expect(String(stderr)).toContain("rootfs:FOLDER");
});

test.each(["flatten", "copy"])("%s refuses a destination that is taken before it has read stdin", async (command) => {
  const child = spawn(process.execPath, [ENTRY, command, "-", `docker-archive:${source}`], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // Nobody writes to the pipe, nor closes it.
  expect(await once(child, "exit")).toEqual([2, null]);
  expect(String(Buffer.concat(stderr))).toContain("DESTINATION_EXISTS");
});

describe("interruption", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGQUIT", 131],
  ] as const)("%s ends the run in good order, with status %d and nothing left behind", async (signal, status) => {
    const target = join(directory, `${signal}.tar`);
    const child = spawn(process.execPath, [ENTRY, "flatten", "-", `docker-archive:${target}`], {
      stdio: ["pipe", "ignore", "pipe"],
      env: { ...process.env, TMPDIR: directory },
    });
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => {}); // the pipe breaks when the program ends
    child.stdin.write(readFileSync(source).subarray(0, 100_000));
    while (!readdirSync(directory).some((name) => name.startsWith("planish-"))) await sleep(20);
    child.kill(signal);
    const [code] = await once(child, "exit");
    expect({ code, stderr: String(Buffer.concat(stderr)) }).toEqual({
      code: status,
      stderr: `planish: interrupted by ${signal}; nothing was left behind\n`,
    });
    expect(readdirSync(directory).filter((name) => name.startsWith("planish-") || name.includes(signal))).toEqual([]);
  });

  // A process group whose parent is a shell of another group, as on a terminal: one without is never suspended.
  test.runIf(process.platform === "linux")("after Ctrl-Z and fg, progress leaves the shell's lines alone", async () => {
    const job = `set -m; "$0" "$1" history - --progress tty 2>&1 & echo "pid $!"; set +m; while kill -0 $!; do sleep 0.1; done`;
    const shell = spawn("bash", ["-c", job, process.execPath, ENTRY], { stdio: ["pipe", "pipe", "ignore"] });
    let shown = "";
    shell.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
    });
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await sleep(20);
    };
    await until(() => /pid \d+\n.*stdin/s.test(shown));
    const pid = Number(/pid (\d+)/.exec(shown)?.[1]);
    process.kill(pid, "SIGTSTP");
    await until(() => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8")));
    await until(() => /stdin[^\n]*\n[^\n]*$/.test(shown));
    shown = "";
    process.kill(pid, "SIGCONT");
    await until(() => shown.includes("stdin"));
    process.kill(pid, "SIGTERM");
    await once(shell, "exit");
    expect(shown.split("stdin")[0]).not.toContain("\x1b[1A"); // a line up
  });

  test("progress on the same terminal takes no line of a file with it", async () => {
    const content = "one\ntwo\nthree\n";
    const lines = image({ layers: [layer(file("big", "x".repeat(3_000_000)), file("lines", content))] });
    const archive = readFileSync(writeArchive(join(directory, "lines.tar"), dockerClassic(lines)));
    const child = spawn("sh", ["-c", '"$0" "$1" cat - lines --progress tty 2>&1', process.execPath, ENTRY], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const terminal = reflowingTerminal(80, 24);
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      shown += part;
      terminal.write(part);
    });
    child.stdin.write(archive.subarray(0, 1_000_000));
    while (!shown.includes("stdin")) await sleep(20);
    child.stdin.end(archive.subarray(1_000_000));
    await once(child, "close");
    expect(terminal.lines().join("\n")).toBe(content);
  });

  test.each([
    ["an archive", (path: string) => ["flatten", path, "-"]],
    ["a file", (path: string) => ["cat", path, "big"]],
    ["lines", (path: string) => ["ls", path, "--format", "json"]],
  ])("ends the run also while nobody takes %s from stdout", async (_, command) => {
    const files = Array.from({ length: 3000 }, (_, at) => file(`${at}`));
    const big = writeArchive(
      join(directory, "big.tar"),
      dockerClassic(image({ layers: [layer(file("big", randomBytes(3_000_000).toString("latin1")), ...files)] })),
    );
    const child = spawn(process.execPath, [ENTRY, ...command(big)], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, TMPDIR: directory },
    });
    await once(child.stdout, "readable");
    await sleep(200);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([143, null]);
    expect(readdirSync(directory).filter((name) => name.startsWith("planish-"))).toEqual([]);
  });
});
