import { loadavg } from "node:os";
import type { BenchImage } from "./images/image-store.ts";
import { type Judge, openJudge } from "./judge/judge.ts";
import { type FullCost, measureCommand } from "./measure-command.ts";
import { type Row, ratio } from "./report/row.ts";
import { inflateAndHash } from "./subjects/floors.ts";
import type { Job, Subject } from "./subjects/subject.ts";
import { openWorkbench } from "./workbench.ts";

/** A subject prepared for an image, and the results of its rounds. */
interface Entrant {
  readonly subject: Subject;
  readonly job: Job;
  readonly measured: string;
  readonly load: number;
  readonly rounds: FullCost[];
  facts: Pick<Row, "bytes" | "verdict" | "copied">;
}

/**
 * Runs all subjects in turn, round by round, so that a slow minute of the machine does not affect only one of them;
 * results are judged in the first round.
 */
export async function compareOn(
  image: BenchImage,
  subjects: readonly Subject[],
  rounds: number,
): Promise<readonly Row[]> {
  await using bench = await openWorkbench();
  const [entrants, absent]: [Entrant[], Row[]] = [[], []];
  for (const subject of subjects.filter((each) => runsOn(each, image))) {
    try {
      const job = await subject.prepare(image, bench);
      entrants.push({ subject, job, ...now(), rounds: [], facts: {} });
    } catch (failure) {
      absent.push(missingRow(image, subject, failure));
    }
  }
  const judge = openJudge(image, bench);
  for (let round = 1; round <= rounds; round++) {
    for (const entrant of [...entrants]) {
      try {
        await runRound(entrant, judge);
        report(image, entrant, `${round}/${rounds}`);
      } catch (failure) {
        entrants.splice(entrants.indexOf(entrant), 1);
        absent.push(missingRow(image, entrant.subject, failure));
      }
    }
  }
  return [...toRows(image, entrants), ...absent];
}

/** The smallest image shows the fixed costs of a run of planish. */
function runsOn(subject: Subject, { name }: BenchImage): boolean {
  const { only, role } = subject;
  if (only !== undefined) return only.includes(name);
  return name !== "hello" || role === "planish" || subject === inflateAndHash;
}

async function runRound(entrant: Entrant, judge: Judge): Promise<void> {
  const { job, rounds } = entrant;
  await job.clear();
  rounds.push(await measureCommand(job.command));
  if (rounds.length === 1) {
    entrant.facts = {
      ...(job.result === undefined ? {} : { verdict: await judge(await job.result()) }),
      ...(job.size === undefined ? {} : { bytes: await job.size() }),
      ...(job.copied === undefined ? {} : { copied: await job.copied() }),
    };
  }
  await job.clear();
}

function report(image: BenchImage, { subject, rounds, facts }: Entrant, round: string): void {
  const cost = rounds.at(-1);
  const { wrongNames = 0, examples = [], lostSettings = [] } = facts.verdict ?? {};
  const figures = `${cost?.wall.toFixed(2)} s, CPU ${cost?.cpu.toFixed(2)} s, ${cost?.rss.toFixed(0)} MiB`;
  const wrong = wrongNames === 0 ? "" : `, ${wrongNames} names differ: ${examples.join("; ")}`;
  const lost = lostSettings.length === 0 ? "" : `, lost ${lostSettings.join(", ")}`;
  console.log(`${round} ${image.name}, ${subject.name}: ${figures}${rounds.length === 1 ? wrong + lost : ""}`);
}

function toRows(image: BenchImage, entrants: readonly Entrant[]): readonly Row[] {
  const roundsOf = (name: string): readonly FullCost[] =>
    entrants.find(({ subject }) => subject.name === name)?.rounds ?? [];
  return entrants.map(({ subject: { name, title, role }, rounds, facts, measured, load }) => {
    const toFloor = name === "floor" ? undefined : ratio(rounds, roundsOf("floor"));
    const ratios = toFloor === undefined ? {} : { toFloor };
    return { image: image.name, subject: name, title, role, measured, load, rounds, ...ratios, ...facts };
  });
}

/** The last line of an error, which is usually the reason. */
function missingRow(image: BenchImage, { name, title, role }: Subject, failure: unknown): Row {
  console.log(`${image.name}, ${name}: not measured: ${String(failure)}`);
  const missing = String(failure).trim().split("\n").at(-1)?.slice(0, 200) ?? "";
  return {
    image: image.name,
    subject: name,
    title,
    role,
    ...now(),
    missing: missing.replaceAll("|", "\\|"),
    rounds: [],
  };
}

function now(): { measured: string; load: number } {
  return { measured: new Date().toISOString(), load: loadavg()[0] ?? 0 };
}
