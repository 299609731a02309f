/**
 * Prints `N passed, N failed, N skipped` from a vitest JSON report; a suite that failed to load counts as a failure.
 * The report of a run that was interrupted is empty: then one line says so, and the status is 1.
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
const text = readFileSync(path, "utf8");
if (text === "") process.exitCode = 1;
console.log(text === "" ? "the tests did not run to their end" : counts(JSON.parse(text) as Report));

function counts(report: Report): string {
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const failed = report.numFailedTests + unloaded.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return `${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
}
