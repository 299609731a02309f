import type { Verdict } from "../judge/judge.ts";
import type { FullCost } from "../measure-command.ts";
import type { Subject } from "../subjects/subject.ts";
import { type Spread, spread } from "./spread.ts";

/** What is known of one subject on one image; plain data. */
export interface Row {
  readonly image: string;
  readonly subject: string;
  readonly title: string;
  readonly role: Subject["role"];
  /** When, as RFC 3339 has it, and the load average of the machine at that time. */
  readonly measured: string;
  readonly load: number;
  /** Why there are no rounds. */
  readonly missing?: string;
  readonly rounds: readonly FullCost[];
  /** CPU time against that of the floor and of planish in the same round. */
  readonly toFloor?: Spread;
  readonly toPlanish?: Spread;
  /** Of what is no image. */
  readonly bytes?: number;
  readonly verdict?: Verdict;
  /** Bytes of the flat tar by what was done to them, as planish counts them. */
  readonly copied?: Readonly<Record<string, number>>;
}

/** An image of the comparison, as the table introduces it. */
export interface ImageFacts {
  readonly name: string;
  readonly title: string;
  readonly layers: number;
  readonly blobBytes: number;
  readonly tarBytes: number;
}

/** All that is recorded. */
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

/** The figures that stand for all rounds: medians, and of memory and disk the largest. */
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
