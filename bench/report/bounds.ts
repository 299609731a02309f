import { type ImageFacts, type Results, type Row, toPlanish, typical } from "./row.ts";
import { spread, spreadText } from "./spread.ts";
import { markdownTable, megabytes } from "./tables.ts";

/** One promise, and whether it was kept. */
export interface Bound {
  readonly what: string;
  readonly image: string;
  readonly bound: string;
  readonly measured: string;
  readonly kept: boolean;
}

const MIB = 2 ** 20;

/** All bounds for planish, as far as they were measured. */
export function bounds({ images, rows }: Results): readonly Bound[] {
  return images.flatMap((image) => {
    const row = (subject: string): Row | undefined =>
      rows.find((each) => each.image === image.name && each.subject === subject && each.missing === undefined);
    const planish = row("planish");
    if (planish === undefined) return [];
    const found = image.name === "hello" ? startUp(row) : [...costs(image, planish), ...against(image, row, rows)];
    return found.map((bound) => ({ image: image.title, ...bound }));
  });
}

/** The bounds as a table. */
export function boundsTable(results: Results): string {
  const lines = bounds(results).map(({ what, image, bound, measured, kept }) => [
    image,
    what,
    bound,
    measured,
    kept ? "yes" : "**no**",
  ]);
  return markdownTable(["image", "what", "bound", "measured", "kept"], lines);
}

type Found = Omit<Bound, "image">;

function startUp(row: (subject: string) => Row | undefined): readonly Found[] {
  const limits: readonly (readonly [subject: string, what: string, ms: number])[] = [
    ["planish-help", "`planish --help`", 120],
    ["planish", "`planish flatten`, wall", 350],
  ];
  return limits.flatMap(([subject, what, ms]) => {
    const found = row(subject);
    if (found === undefined) return [];
    const wall = 1000 * typical(found).wall;
    return [{ what, bound: `≤ ${ms} ms`, measured: `${wall.toFixed(0)} ms`, kept: wall <= ms }];
  });
}

function costs(image: ImageFacts, planish: Row): readonly Found[] {
  const { rss, disk } = typical(planish);
  const wall = spread(planish.rounds.map((cost) => cost.wall / cost.cpu));
  const output = planish.verdict?.bytes ?? 0;
  const most = image.tarBytes + output;
  return [
    ...atMost("CPU ÷ floor", planish.toFloor, 1.25),
    ...(image.even
      ? atMost("wall ÷ CPU, on two cores", wall, 0.7)
      : atMost("wall ÷ CPU, one layer larger than all others", wall, 1.1)),
    { what: "peak RSS", bound: "≤ 200 MiB", measured: `${rss.toFixed(0)} MiB`, kept: rss <= 200 },
    {
      what: "scratch and output on disk",
      bound: `≤ all tars + output: ${megabytes(most)} MB`,
      measured: `${megabytes(disk)} MB`,
      kept: disk <= most + MIB,
    },
    ...splicedShare(image.name, planish),
  ];
}

/** The share of the flat tar's bytes whose compressed bits were copied. */
function splicedShare(image: string, { copied }: Row): readonly Found[] {
  const least = { nginx: 0.96, "python-app": 0.92 }[image];
  if (copied === undefined || least === undefined) return [];
  const total = Object.values(copied).reduce((sum, bytes) => sum + bytes, 0);
  const share = (copied.spliced ?? 0) / total;
  const measured = `${(100 * share).toFixed(1)} %`;
  return [{ what: "bytes spliced raw", bound: `≥ ${100 * least} %`, measured, kept: share >= least }];
}

function against(image: ImageFacts, row: (subject: string) => Row | undefined, rows: readonly Row[]): readonly Found[] {
  const [planish, crane] = ["planish", "crane"].map(row);
  const [output, recompressed] = [planish?.verdict?.bytes, crane?.verdict?.bytes];
  const least = { nginx: 25, "python-app": 15 }[image.name] ?? 1;
  const times = crane && toPlanish(crane, rows);
  return [
    ...(recompressed === undefined || output === undefined
      ? []
      : atMost(
          "output ÷ that of `crane flatten`, which compresses as Docker does",
          spread([output / recompressed]),
          1.01,
          4,
        )),
    ...(times === undefined
      ? []
      : [
          {
            what: "CPU of `crane flatten` ÷ planish's",
            bound: `≥ ${least}`,
            measured: spreadText(times, 1),
            kept: times.median >= least,
          },
        ]),
  ];
}

function atMost(
  what: string,
  found: ReturnType<typeof spread> | undefined,
  limit: number,
  digits = 2,
): readonly Found[] {
  if (found === undefined) return [];
  return [{ what, bound: `≤ ${limit}`, measured: spreadText(found, digits), kept: found.median <= limit }];
}
