import { formatSize, type ImagesResult, type ListedImage } from "../../index.ts";
import type { ViewStyle } from "../terminal.ts";
import { formatAge } from "../text/duration.ts";
import { escapeText } from "../text/escape.ts";
import { shortDigest } from "../text/short-digest.ts";
import { type Column, formatTable } from "../text/table.ts";
import { diagnosticsText } from "./diagnostics-text.ts";

/** Options of {@link imagesView}. */
export interface ImagesStyle extends ViewStyle {
  /** Milliseconds since 1970, for ages. */
  readonly now: number;
  /** Shortens IDs and times. */
  readonly trunc: boolean;
  readonly digests: boolean;
}

/** One line per name of each image, like `docker images`, plus the number of layers. */
export function imagesView(result: ImagesResult, style: ImagesStyle): string {
  const columns = imageColumns(result, style);
  const rows = result.images.flatMap((image) =>
    namesOf(image).map((name) => columns.map(({ cell }) => cell(image, name))),
  );
  const [head = "", ...lines] = formatTable(columns, rows);
  const told = diagnosticsText(result.diagnostics, style);
  return [style.paint("dim", head), ...lines, ...(told.length > 0 ? ["", ...told] : [])].join("\n");
}

/** The ID as docker shows it, short or in full. */
export function imageId(id: string, trunc: boolean): string {
  const shown = escapeText(id);
  return trunc ? shortDigest(shown) : shown;
}

interface ImageColumn extends Column {
  readonly cell: (image: ListedImage, name: Name) => string;
}

/** The columns; PLATFORM only if there are several. */
function imageColumns({ images }: ImagesResult, { trunc, now, digests }: ImagesStyle): ImageColumn[] {
  const several = new Set(images.map(({ platform }) => platform)).size > 1;
  return [
    { title: "REPOSITORY", cell: (_, { repository }) => escapeText(repository) },
    { title: "TAG", cell: (_, { tag }) => escapeText(tag) },
    ...(several ? [{ title: "PLATFORM", cell: ({ platform }: ListedImage) => escapeText(platform) }] : []),
    ...(digests ? [{ title: "DIGEST", cell: ({ digest }: ListedImage) => digest ?? NONE }] : []),
    { title: "IMAGE ID", cell: ({ id }) => imageId(id, trunc) },
    { title: "CREATED", cell: ({ created }) => escapeText(trunc ? formatAge(created, now) : (created ?? "")) },
    { title: "SIZE", align: "right", cell: ({ size }) => formatSize(size) },
    { title: "LAYERS", align: "right", cell: ({ layers }) => String(layers.length) },
  ];
}

interface Name {
  readonly repository: string;
  readonly tag: string;
}

const NONE = "<none>";

function namesOf({ names }: ListedImage): Name[] {
  return names.length === 0 ? [{ repository: NONE, tag: NONE }] : names.map(splitName);
}

/** Splits a name into repository and tag; in a layout it may be a tag alone. */
function splitName(name: string): Name {
  const colon = name.lastIndexOf(":");
  if (colon <= name.lastIndexOf("/")) return { repository: NONE, tag: name };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}
