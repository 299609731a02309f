import pLimit from "p-limit";
import type { RunOptions } from "../../flatten-options.ts";
import { startRun } from "../../run.ts";
import { gatherReport, type ReportSubject } from "../gather-report.ts";
import type { ReportData } from "../report-data.ts";

/** A cache of the latest reports; only one report is read at a time. */
export class ReportShelf {
  readonly #options: RunOptions;
  readonly #first: ReportSubject | undefined;
  readonly #turn = pLimit(1);
  readonly #kept = new Map<string, { readonly subject: ReportSubject; readonly data: ReportData }>();

  /** The latest report on `first` stays cached: stdin, for one, cannot be read again. */
  constructor(options: RunOptions, first: ReportSubject | undefined) {
    this.#options = options;
    this.#first = first;
  }

  /**
   * Returns the report with a key, which changes with its image; reads it if it is not cached. `signal` aborts reading.
   */
  async get(key: string, subject: ReportSubject, more: RunOptions = {}): Promise<ReportData> {
    const data =
      this.#kept.get(key)?.data ??
      (await this.#turn(() => this.#kept.get(key)?.data ?? read(subject, { ...this.#options, ...more })));
    this.#kept.delete(key);
    this.#kept.set(key, { subject, data });
    if (this.#kept.size > KEPT) this.#dropOldest();
    return data;
  }

  #dropOldest(): void {
    const kept = [...this.#kept];
    const [spared] = kept.findLast(([, { subject }]) => subject === this.#first) ?? [];
    const [oldest] = kept.find(([key]) => key !== spared) ?? [];
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** How many reports are cached: a large one takes tens of megabytes. */
const KEPT = 4;

async function read(subject: ReportSubject, options: RunOptions): Promise<ReportData> {
  await using run = startRun(options, {});
  return await gatherReport(subject, options, run.context);
}
