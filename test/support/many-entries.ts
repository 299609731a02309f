import type { FileColumns } from "../../src/report/report-data.ts";

/**
 * The files of an image in the form of a report, with realistic names: `count` entries in three layers, one in eight
 * hidden. Deterministic.
 */
export function manyEntries(count: number): FileColumns {
  const next = numbers();
  const columns = {
    names: [""],
    parents: [0],
    counts: [0],
    layers: [] as number[],
    sizes: [] as number[],
    times: [] as number[],
    reasonNumbers: [] as number[],
    hiddenBy: [] as number[],
  };
  const open: { path: number; name: string }[] = [];
  while (columns.layers.length < count) {
    const depth = open.length < DEPTH ? open.length : next(DEPTH);
    open.length = depth;
    const directory = columns.names.length - 1;
    // Zero-padded counters are sorted by their bytes.
    const name = `${word(next)}-${String(directory).padStart(6, "0")}`;
    add(depth === 0 ? 0 : (open[depth - 1]?.path ?? 0), name, 0);
    open.push({ path: columns.names.length - 1, name });
    const files = depth < DEPTH - 1 ? 0 : 20 + next(40);
    const parent = columns.names.length - 1;
    for (let at = 0; at < files && columns.layers.length < count; at += 1) {
      add(
        parent,
        `${word(next)}_${word(next)}${String(at).padStart(2, "0")}.${EXTENSIONS[at % EXTENSIONS.length]}`,
        next(1000) ** 2,
      );
    }
  }
  const entries = columns.layers.length;
  const all = (value: number): number[] => new Array<number>(entries).fill(value);
  return {
    ...columns,
    types: ["file", "directory"],
    typeNumbers: columns.sizes.map((size) => (size === 0 ? 1 : 0)),
    modes: all(0o644),
    uids: all(0),
    gids: all(0),
    reasons: ["kept", "replaced"],
    targets: [],
    xattrs: [],
  };

  function add(parent: number, name: string, size: number): void {
    const hidden = next(8) === 0;
    columns.parents.push(columns.names.length - parent);
    columns.names.push(name);
    columns.counts.push(1);
    columns.layers.push(hidden ? 0 : next(3));
    columns.sizes.push(size);
    columns.times.push(1_700_000_000 + next(10_000_000));
    columns.reasonNumbers.push(hidden ? 1 : 0);
    columns.hiddenBy.push(hidden ? 3 : 0);
  }
}

const DEPTH = 5;
const EXTENSIONS = ["py", "so", "js", "txt", "h", "html"];
const WORDS =
  "lib share python dist packages core index util main config test data node modules runtime assets locale image handler parser reader writer".split(
    " ",
  );

function word(next: (below: number) => number): string {
  return WORDS[next(WORDS.length)] ?? "";
}

/** Park and Miller's generator. */
function numbers(): (below: number) => number {
  let state = 20_261_121;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
