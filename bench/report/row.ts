import type { Verdict } from "../judge/judge.ts";
import type { FullCost } from "../measure-command.ts";
import type { Subject } from "../subjects/subject.ts";
import { type Spread, spread } from "./spread.ts";

/** The results of one subject on one image; plain data. */
export interface Row {
  readonly image: string;
  readonly subject: string;
  readonly title: string;
  readonly role: Subject["role"];
  /** Start time (RFC 3339), and the load average of the machine at that time. */
  readonly measured: string;
  readonly load: number;
  /** Why there are no rounds. */
  readonly missing?: string;
  readonly rounds: readonly FullCost[];
  /** CPU time divided by that of the floor in the same round. */
  readonly toFloor?: Spread;
  /** Size of an output that is not an image. */
  readonly bytes?: number;
  readonly verdict?: Verdict;
  /** Bytes of the flat tar by how they were encoded, as planish counts them. */
  readonly copied?: Readonly<Record<string, number>>;
}

/** An image of the comparison, for the heading of its table. */
export interface ImageFacts {
  readonly name: string;
  readonly title: string;
  readonly layers: number;
  readonly blobBytes: number;
  readonly tarBytes: number;
  /** Whether two layers are of similar size. */
  readonly even: boolean;
}

/** The whole record. */
export interface Results {
  readonly machine: string;
  readonly images: readonly ImageFacts[];
  readonly rows: readonly Row[];
}

/** CPU times of two subjects, round by round. */
export function ratio(of: readonly FullCost[], to: readonly FullCost[]): Spread | undefined {
  const rounds = of.flatMap(({ cpu }, round) => (to[round] === undefined ? [] : [cpu / to[round].cpu]));
  return rounds.length === 0 ? undefined : spread(rounds);
}

/**
 * CPU time divided by planish's, each relative to the floor of its own round, so that peers measured in another run can
 * be compared. Absent for planish itself, and if one of the two was not measured.
 */
export function toPlanish(row: Row, rows: readonly Row[]): Spread | undefined {
  const planish = rows.find(({ image, subject }) => image === row.image && subject === "planish");
  const [own, its] = [row.subject === "floor" ? ONE : row.toFloor, planish?.toFloor];
  if (own === undefined || its === undefined || row === planish) return undefined;
  return { median: own.median / its.median, min: own.min / its.max, max: own.max / its.min };
}

const ONE: Spread = { median: 1, min: 1, max: 1 };

/** Summary of all rounds: medians, and for memory and disk the maximum. */
export function typical({ rounds }: Row): FullCost {
  const most = (of: (cost: FullCost) => number): number => Math.max(...rounds.map(of));
  const middle = (of: (cost: FullCost) => number): number => spread(rounds.map(of)).median;
  return {
    wall: middle(({ wall }) => wall),
    cpu: middle(({ cpu }) => cpu),
    rss: most(({ rss }) => rss),
    disk: most(({ disk }) => disk),
    stages: rounds[0]?.stages ?? {},
  };
}
