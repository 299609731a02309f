import {
  type EntryFacts,
  type ExplainEffect,
  type ExplainHidden,
  type ExplainResult,
  type ExplainStep,
  formatCount,
  formatSize,
} from "../../index.ts";
import { arrowOf, type Paint, type ViewStyle } from "../terminal.ts";
import { escapePath, escapeText } from "../text/escape.ts";
import { fitLine } from "../text/fit-line.ts";
import { formatMoment } from "../text/moment.ts";
import { joinSections } from "../text/sections.ts";
import { diagnosticsText } from "./diagnostics-text.ts";
import { modeText } from "./ls-view.ts";
import { stepLine } from "./step-command.ts";
import { TYPE_NAMES } from "./type-names.ts";

/**
 * What happened to a path, layer by layer: what each entry does, the command of its layer, and whether it is hidden;
 * then what the flat image has.
 */
export function explainView(result: ExplainResult, style: ViewStyle): string {
  return joinSections([
    [headline(result, style)],
    ...stepSections(result, style),
    verdict(result, style),
    diagnosticsText(result.diagnostics, style),
  ]);
}

function headline({ path, asked, source, platform }: ExplainResult, { paint }: ViewStyle): string {
  const led = asked === undefined ? "" : ` (${shownPath(asked)} leads there)`;
  return `${paint("bold", shownPath(path))}${led} in ${escapeText(source)}, ${escapeText(platform)}`;
}

/** Hard links shown per layer: busybox has four hundred names. */
const LINKS = 3;

function stepSections(result: ExplainResult, style: ViewStyle): string[][] {
  const links = Map.groupBy(
    result.steps.filter(({ effect }) => effect === "links"),
    ({ layer }) => layer,
  );
  return result.steps.flatMap((step) => {
    const group = step.effect === "links" ? (links.get(step.layer) ?? []) : [];
    const at = group.slice(0, LINKS).indexOf(step);
    if (group.length > LINKS && at === -1) return [];
    const lines = stepLines(step, result, style);
    if (group.length <= LINKS) return [lines];
    const more = `and ${formatCount(group.length - LINKS)} more (all of them: --format json)`;
    return [at === LINKS - 1 ? [...lines, `${" ".repeat(`layer ${step.layer}`.length)}${GAP}${more}`] : lines];
  });
}

function stepLines(step: ExplainStep, { path }: ExplainResult, style: ViewStyle): string[] {
  const { paint } = style;
  const layer = `layer ${step.layer}`;
  const indent = " ".repeat(layer.length + GAP.length);
  const word = WORDS[step.effect];
  return [
    `${layer}${GAP}${paint(COLOURS[step.effect] ?? "bold", word)}${GAP}${fitLine(subject(step, path), style, indent.length + word.length + GAP.length)}`,
    ...(step.createdBy === undefined
      ? []
      : [indent + paint("dim", fitLine(command(step.createdBy), style, indent.length))]),
    ...(step.hidden === undefined || step.hidden.reason === "marker"
      ? []
      : [indent + fitLine(`${arrowOf(paint)} ${fate(step.hidden)}`, style, indent.length)]),
  ];
}

const GAP = "  ";

const WORDS: Readonly<Record<ExplainEffect, string>> = {
  adds: "adds",
  changes: "changes",
  links: "links",
  removes: "removes",
  hides: "hides",
  replaces: "replaces",
  holds: "holds",
  empties: "empties",
  nothing: "no effect",
};

const COLOURS: Readonly<Partial<Record<ExplainEffect, Parameters<Paint>[0]>>> = {
  adds: "green",
  holds: "green",
  changes: "yellow",
  removes: "red",
  hides: "red",
  replaces: "red",
  empties: "red",
};

/** What the entry is; with its path if that is not the explained one. */
function subject(step: ExplainStep, path: string): string {
  const own = step.path === path ? "" : ` ${shownPath(step.path)}`;
  if (step.type === "whiteout") return `whiteout${own} (R3.2)`;
  if (step.type === "opaque") return `opaque whiteout in${own === "" ? " it" : own} (R3.2)`;
  if (step.effect === "links") return `hard link${own}`;
  return `${TYPE_NAMES[step.type]}${own} ${facts(step)}`;
}

function facts({ type, mode, uid, gid, mtime, size, target, device }: EntryFacts): string {
  const leads = target === undefined ? [] : [`${type === "symlink" ? "->" : "="} ${escapePath(target)}`];
  const drawn = modeText({ type: type === "hardlink" ? "file" : type, mode, xattrs: [] });
  return [
    ...leads,
    drawn,
    `${uid}:${gid}`,
    ...(type === "file" ? [formatSize(size)] : []),
    ...(device === undefined ? [] : [device]),
    formatMoment(mtime, "seconds"),
  ].join(GAP);
}

function fate({ reason, rule, by }: ExplainHidden): string {
  const where = by === undefined ? "" : ` by layer ${by.layer}`;
  switch (reason) {
    case "replaced":
      return `replaced${where} (${rule})`;
    case "relisted":
      return `listed again${where}, whose header is used (${rule})`;
    case "duplicate":
      return `named again later in this layer (${rule})`;
    case "whiteout":
      return `removed${where} (${rule})`;
    case "opaque":
      return `hidden${where}, an opaque whiteout of ${shownPath(by?.path ?? "")} (${rule})`;
    case "marker":
    case "excluded":
      return `left out (${rule})`;
  }
}

function verdict({ flat, names, steps }: ExplainResult, style: ViewStyle): string[] {
  const { paint } = style;
  if (flat === null) {
    const last = steps.findLast(({ hidden }) => hidden !== undefined && hidden.reason !== "marker");
    return [`${paint("bold", "Flat image:")} nothing${last?.hidden === undefined ? "" : `; ${fate(last.hidden)}`}`];
  }
  const { type, mode, uid, gid, size, target, device, mtime, xattrs, layer, listed } = flat;
  const entry = facts({ layer, ordinal: 0, path: "", type, mode, uid, gid, mtime, size, target, device });
  const origin = listed ? `of layer ${layer}` : "that no layer lists, implied by what is in it (R3.1)";
  const others = names.filter((name) => name !== flat.path).map(shownPath);
  return [
    `${paint("bold", "Flat image:")} ${TYPE_NAMES[type]} ${origin}: ${entry}`,
    ...(others.length === 0 ? [] : [fitLine(`  other names: ${others.join(", ")}`, style)]),
    ...xattrs.map(({ name, value }) => fitLine(`  xattr ${escapePath(name)} = ${valueText(value)}`, style)),
  ];
}

function valueText(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? JSON.stringify(value) : `0x${Buffer.from(value, "latin1").toString("hex")}`;
}

function command(createdBy: string): string {
  return escapeText(stepLine(createdBy).trim());
}

function shownPath(path: string): string {
  return `/${escapePath(path)}`;
}
