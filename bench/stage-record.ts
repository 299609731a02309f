/** A run of the stages, as recorded. */
export interface RecordedRun {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** The arguments after `npm run bench:stages --`. */
  readonly args: readonly string[];
  readonly machine: string;
  /** Load average of the machine when the run started. */
  readonly loadBefore: number;
}

const LATER = "Measured apart:";

/**
 * STAGES.md with the table of a run. A run of only some cases replaces their rows in the existing record, adds new
 * rows, and is described below the table; the other rows and their descriptions stay.
 */
export function recordText(table: string, run: RecordedRun, old?: string): string {
  const command = ["npm run bench:stages --", ...run.args.map(quoted)].join(" ");
  if (old === undefined) return fullRecord(table, command, run);
  const [head = "", ...rest] = old.split(/^(?=\| image )/m);
  const [oldTable = "", later = ""] = rest.join("").split(`${LATER}\n`);
  const images = [...new Set(rowsOf(table).map((row) => cellsOf(row)[0]))].join(", ");
  const note = `- ${images}: ${run.date}, \`${command}\`, load average ${run.loadBefore.toFixed(1)}`;
  const kept = later.split("\n").filter((line) => line.startsWith("- ") && !line.startsWith(`- ${images}: `));
  return `${head}${mergedTable(oldTable, table)}\n\n${LATER}\n\n${[...kept, note].join("\n")}\n`;
}

/** An argument, quoted for a shell. */
function quoted(arg: string): string {
  return /^[\w-]+$/.test(arg) ? arg : `"${arg}"`;
}

function fullRecord(table: string, command: string, { date, machine, loadBefore }: RecordedRun): string {
  return `# The stages

${date}, \`${command}\`, on ${machine}.

- Wall and CPU are medians of the rounds, RSS is the maximum, all from GNU time over the whole process tree. Output goes to an OCI layout on disk.
- The images are made by \`bench/corpus\`: "2 GB" has 8 layers and 100,000 entries (texts, programs and packed files), "1M entries" has 5 layers, "60k files plain" 3. The others are the images of the comparison.
- The load average was ${loadBefore.toFixed(1)} when the run began. Above 0.5, other processes used the cores too, and wall times say less than CPU times.
- MB/s: bytes of the tars of all layers, in 10⁶ per second.
- A limit of the form "x ≤ n × CPU (or wall) of another row" compares the minimum over the rounds of both rows. A limit on scan refers to that stage of the other row, one on verify to another stage of the same runs.
- \`history\` scans an image and does little else. \`verify\` compares an image with its flat one in a separate process, and also checks the diffIDs of the source's layers, which the scan has done already in \`flatten --verify\`.
- The floor of the proof hashes and inflates both images with Node's zlib and OpenSSL, each in a process of its own, and compares nothing. The scan uses planish's own inflate kernel, which is faster; the proof must not share it.

${table}
`;
}

/**
 * The old table, in which rows of the new one replace those with the same first two cells; other rows are appended.
 */
function mergedTable(oldTable: string, table: string): string {
  const fresh = new Map(rowsOf(table).map((row) => [keyOf(row), row]));
  const known = new Set(rowsOf(oldTable).map(keyOf));
  const rows = rowsOf(oldTable).map((row) => fresh.get(keyOf(row)) ?? row);
  const added = rowsOf(table).filter((row) => !known.has(keyOf(row)));
  return [...table.split("\n").slice(0, 2), ...rows, ...added].join("\n");
}

function rowsOf(table: string): readonly string[] {
  return table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2);
}

function keyOf(row: string): string {
  return cellsOf(row).slice(0, 2).join(" | ");
}

function cellsOf(row: string): readonly string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
