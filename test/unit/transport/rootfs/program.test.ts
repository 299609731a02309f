import { expect, test } from "vitest";
import { type Program, readProgram, runProgram } from "../../../../src/transport/rootfs/program.ts";
import { gather } from "../../../support/byte-streams.ts";
import { collectGarbage } from "../../../support/collect-garbage.ts";

const LINES = 3000;

/** A shell that runs a script. */
function shell(script: string, warned?: (line: string) => void): Program {
  const { signal } = new AbortController();
  return { name: "sh", args: ["-c", script], from: "a shell", task: "test", signal, warned };
}

const COMPLAIN = `i=0; while [ $i -lt ${LINES} ]; do echo "a warning about the file number $i" >&2; i=$((i + 1)); done`;

async function* nothing(): AsyncGenerator<Uint8Array> {}

test("all warnings of a program are passed on", async () => {
  const lines: string[] = [];
  expect(await runProgram(shell(`echo out; ${COMPLAIN}`, (line) => lines.push(line)))).toBe("out\n");
  expect(lines).toHaveLength(LINES);
  expect(lines.at(-1)).toBe(`a warning about the file number ${LINES - 1}`);
  let told = 0;
  const printed = await gather(
    readProgram(
      shell(`${COMPLAIN}; echo out`, () => {
        told += 1;
      }),
      nothing(),
    ),
  );
  expect([printed.toString(), told]).toEqual(["out\n", LINES]);
});

test("the error of a program that fails contains its first lines", async () => {
  const failing = runProgram(shell(`${COMPLAIN}; exit 3`));
  await expect(failing).rejects.toMatchObject({
    code: "TRANSPORT_FAILED",
    message: expect.stringMatching(/^cannot test: sh exited with 3; .* number 0; .* number 1; .* number 2$/),
  });
});

test("nothing is kept of the chunks that a program was given", async () => {
  const chunk = new Uint8Array(64);
  let kept = 0;
  async function* many(): AsyncGenerator<Uint8Array> {
    yield chunk;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 20_000; at += 1) yield chunk;
    collectGarbage();
    kept = process.memoryUsage().heapUsed - before;
  }
  await runProgram(shell("cat > /dev/null"), many());
  expect(kept).toBeLessThan(2 * 1024 * 1024);
});
