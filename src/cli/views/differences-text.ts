import { type AttributeDifference, countOf, type Difference, formatCount, type VerifiedImage } from "../../index.ts";
import { arrowOf, type ViewStyle } from "../terminal.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import { fitLine } from "../text/fit-line.ts";

/** How many paths, and how many config fields, are shown; JSON has all. */
const SHOWN = 20;

/** The first paths and config fields that differ between two images. Empty if none do. */
export function differencesText(
  { differences, config }: Pick<VerifiedImage, "differences" | "config">,
  style: ViewStyle,
): string[] {
  const { paint } = style;
  const arrow = arrowOf(paint);
  const files = differences.slice(0, SHOWN).flatMap((difference) => pathLines(difference, arrow));
  const fields = config
    .slice(0, SHOWN)
    .map(({ field, source, flat }) => `  ${escapeText(field)}  ${change(source, flat, arrow)}`);
  return [
    ...(files.length === 0 ? [] : [paint("bold", `${countOf(differences.length, "path differs", "paths differ")}:`)]),
    ...files.map((line) => fitLine(line, style)),
    ...rest(differences.length),
    ...(fields.length === 0
      ? []
      : [paint("bold", `${countOf(config.length, "field of the config differs", "fields of the config differ")}:`)]),
    ...fields.map((line) => fitLine(line, style)),
    ...rest(config.length),
  ];
}

/** One line for a path that one side lacks; otherwise one for each attribute that differs. */
function pathLines({ kind, path, type, attributes }: Difference, arrow: string): string[] {
  const name = path === "" ? "/" : escapePath(path);
  if (kind === "missing") return [`  ${name}  missing ${TYPES[type]}`];
  if (kind === "added") return [`  ${name}  ${TYPES[type]} that the source does not have`];
  return attributes.map((each) => `  ${name}  ${escapePath(each.attribute)} ${values(each, arrow)}`);
}

function values({ attribute, source, flat }: AttributeDifference, arrow: string): string {
  if (attribute !== "type") return change(source && escapePath(source), flat && escapePath(flat), arrow);
  return change(TYPES[source as Difference["type"]], TYPES[flat as Difference["type"]], arrow);
}

const TYPES: Readonly<Record<Difference["type"], string>> = {
  d: "directory",
  f: "file",
  l: "symbolic link",
  c: "character device",
  b: "block device",
  p: "fifo",
};

function change(source: string | null, flat: string | null, arrow: string): string {
  return `${source === null ? "none" : escapeText(source)} ${arrow} ${flat === null ? "none" : escapeText(flat)}`;
}

function rest(count: number): string[] {
  return count > SHOWN ? [`  and ${formatCount(count - SHOWN)} more (all of them: --format json)`] : [];
}
