/**
 * Prints `N passed, N failed, N skipped` from a vitest JSON report; a suite that failed to load counts as a failure.
 */
import { readFileSync } from "node:fs";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const path = process.argv[2];
if (path === undefined) throw new Error("usage: count-tests REPORT.json");
const report = JSON.parse(readFileSync(path, "utf8")) as Report;
const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
const failed = report.numFailedTests + unloaded.length;
console.log(
  `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
);
