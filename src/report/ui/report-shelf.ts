import pLimit from "p-limit";
import type { RunOptions } from "../../flatten-options.ts";
import { startRun } from "../../run.ts";
import { gatherReport, type ReportSubject } from "../gather-report.ts";
import type { ReportData } from "../report-data.ts";

/** A cache of the latest reports; only one report is read at a time. */
export class ReportShelf {
  readonly #options: RunOptions;
  readonly #turn = pLimit(1);
  readonly #kept = new Map<string, ReportData>();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /**
   * Returns the report with a key, which changes with its image; reads it if it is not cached. `signal` aborts reading.
   */
  async get(key: string, subject: ReportSubject, more: RunOptions = {}): Promise<ReportData> {
    const data =
      this.#kept.get(key) ??
      (await this.#turn(() => this.#kept.get(key) ?? read(subject, { ...this.#options, ...more })));
    this.#kept.delete(key);
    this.#kept.set(key, data);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return data;
  }
}

/** How many reports are cached: a large one takes tens of megabytes. */
const KEPT = 4;

async function read(subject: ReportSubject, options: RunOptions): Promise<ReportData> {
  await using run = startRun(options, {});
  return await gatherReport(subject, options, run.context);
}
