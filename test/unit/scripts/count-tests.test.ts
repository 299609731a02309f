import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../../support/test-folder.ts";

const SCRIPT = join(import.meta.dirname, "../../../scripts/count-tests.ts");
const folder = testFolder();

function count(report: string) {
  writeFileSync(folder.in("report.json"), report);
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, folder.in("report.json")]);
  return { status, printed: `${stdout}${stderr}` };
}

test("a report is counted, and a suite that could not be loaded is a failure", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{}] },
  ];
  const counts = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
  const report = JSON.stringify({ ...counts, testResults });
  expect(count(report)).toEqual({ status: 0, printed: "5 passed, 2 failed, 3 skipped\n" });
});

test("of a run that was interrupted one line is printed", () => {
  expect(count("")).toEqual({ status: 1, printed: "the tests did not run to their end\n" });
});
