import pLimit from "p-limit";
import type { RunOptions } from "../../flatten-options.ts";
import { startRun } from "../../run.ts";
import { gatherReport, type ReportSubject } from "../gather-report.ts";
import type { ReportData } from "../report-data.ts";

/** Reports that were read lately; one is read at a time. */
export class ReportShelf {
  readonly #options: RunOptions;
  readonly #turn = pLimit(1);
  readonly #kept = new Map<string, ReportData>();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** The report under a key that changes with its image, read if it is not there; `signal` gives it up. */
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

/** Reports in memory: a large one takes tens of megabytes. */
const KEPT = 4;

async function read(subject: ReportSubject, options: RunOptions): Promise<ReportData> {
  await using run = startRun(options);
  return await gatherReport(subject, options, run.context);
}
