import type { Corpus } from "./corpus/corpora.ts";
import type { Cost } from "./measure.ts";
import { markdownTable } from "./report/tables.ts";
import type { Case, Share } from "./stage-cases.ts";

/** The results of all rounds of a case. */
export interface Result {
  readonly case: Case;
  readonly corpus: Corpus;
  readonly rounds: readonly Cost[];
}

/** The results as a Markdown table: medians of the rounds, for memory the maximum. */
export function stageTable(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { wall, cpu, rss } = typical(result);
    const cells = [result.case.corpus, result.case.name, wall.toFixed(2), cpu.toFixed(2)];
    return [...cells, rate(result).toFixed(0), rss.toFixed(0), stageText(result), verdict(result, results)];
  });
  const head = [
    "image",
    "what",
    "wall s",
    "CPU s",
    "MB/s of tar",
    "RSS MiB",
    "scan / plan / encode / verify s",
    "limit",
  ];
  return markdownTable(head, rows);
}

/** The exceeded limits of a case, as text; empty if none was. */
export function brokenLimits(result: Result, results: readonly Result[]): readonly string[] {
  const { rssMiB = Infinity, seconds = Infinity, rate: least = 0 } = result.case.limits ?? {};
  const { wall, rss } = typical(result);
  const broken = sharesOf(result, results).filter(({ share, atMost = Infinity }) => share > atMost);
  return [
    ...(rss > rssMiB ? [`${rss.toFixed(0)} MiB > ${rssMiB}`] : []),
    ...(wall > seconds ? [`${wall.toFixed(2)} s > ${seconds}`] : []),
    ...(rate(result) < least ? [`${rate(result).toFixed(0)} MB/s < ${least}`] : []),
    ...broken.map((each) => shareText(each, ">")),
  ];
}

interface MeasuredShare extends Share {
  /**
   * The minimum of the rounds divided by that of the other case, since other load on a machine only adds; NaN if the
   * other was not measured.
   */
  readonly share: number;
}

function sharesOf(result: Result, results: readonly Result[]): readonly MeasuredShare[] {
  return (result.case.limits?.shares ?? []).map((each) => ({ ...each, share: measuredShare(result, each, results) }));
}

function measuredShare({ case: { corpus }, rounds }: Result, share: Share, results: readonly Result[]): number {
  const { what, of, stage } = share;
  if (what === "verify") return least(rounds, secondsIn(what)) / least(rounds, secondsIn(of));
  const other = results.find(({ case: each }) => each.corpus === corpus && each.name === of)?.rounds ?? [];
  const figure = what === "CPU" ? (cost: Cost) => cost.cpu : (cost: Cost) => cost.wall;
  return least(rounds, figure) / least(other, stage === undefined ? figure : secondsIn(stage));
}

function secondsIn(stage: string): (cost: Cost) => number | undefined {
  return ({ stages: { [stage]: milliseconds } }) => (milliseconds === undefined ? undefined : milliseconds / 1000);
}

function least(rounds: readonly Cost[], figure: (cost: Cost) => number | undefined): number {
  return rounds.length === 0 ? NaN : Math.min(...rounds.map((cost) => figure(cost) ?? NaN));
}

function shareText({ what, of, stage, atMost, share }: MeasuredShare, sign: "≤" | ">"): string {
  const held = atMost === undefined ? share.toFixed(2) : `${share.toFixed(2)} ${sign} ${atMost}`;
  return what === "verify" ? `verify ${held} × ${of}` : `${held} × ${stage ?? what} of ${of}`;
}

/** Summary of all rounds. */
export function typical({ rounds }: Result): Cost {
  const stages = Object.keys(rounds[0]?.stages ?? {}).map((name) => [
    name,
    median(rounds.map((cost) => cost.stages[name] ?? 0)),
  ]);
  return {
    wall: median(rounds.map(({ wall }) => wall)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    rss: Math.max(...rounds.map(({ rss }) => rss)),
    stages: Object.fromEntries(stages),
  };
}

/** MB of tar per second, of the whole run or of the stage that the case is about. */
export function rate(result: Result): number {
  const { wall, stages } = typical(result);
  const { stage } = result.case;
  return result.corpus.tarBytes / 1e6 / (stage === undefined ? wall : (stages[stage] ?? 0) / 1000);
}

function stageText(result: Result): string {
  const { stages } = typical(result);
  if (stages.scan === undefined) return "";
  const shown = ["scan", "plan", "encode", ...(stages.verify === undefined ? [] : ["verify"])];
  return shown.map((name) => ((stages[name] ?? 0) / 1000).toFixed(2)).join(" / ");
}

function verdict(result: Result, results: readonly Result[]): string {
  const { limits } = result.case;
  if (limits === undefined) return "";
  const shares = sharesOf(result, results);
  const lacking = shares.filter(({ share }) => Number.isNaN(share));
  const told = shares.filter((each) => each.atMost === undefined && !lacking.includes(each));
  const toldTexts = told.map((each) => shareText(each, "≤"));
  const broken = brokenLimits(result, results);
  if (broken.length > 0) return [`**broken: ${broken.join(", ")}**`, ...toldTexts].join("; ");
  if (lacking.some(({ atMost }) => atMost !== undefined)) return "not compared";
  const { rssMiB, seconds, rate: least } = limits;
  const held = [
    rssMiB && `≤ ${rssMiB} MiB`,
    seconds && `≤ ${seconds} s`,
    least && `≥ ${least} MB/s`,
    ...shares.filter(({ atMost }) => atMost !== undefined).map((each) => shareText(each, "≤")),
  ].filter((text) => text !== undefined);
  return [...(held.length > 0 ? [`${held.join(", ")}: kept`] : []), ...toldTexts].join("; ");
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
