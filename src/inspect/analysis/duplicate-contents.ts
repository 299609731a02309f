import type { AdoptedContent } from "../adopted-content.ts";
import type { DuplicateGroup, Duplicates } from "./analysis-result.ts";
import { type FileCount, largestOf, type Planned } from "./planned.ts";

/** Duplicate contents in all, and by the layer that added a copy. */
export interface FoundDuplicates {
  readonly all: Duplicates;
  /** Bottom first. */
  readonly byLayer: readonly FileCount[];
}

interface Group {
  readonly size: number;
  readonly places: { readonly layer: number; readonly path: string }[];
  files: number;
  visible: number;
}

/** How many places of a group are listed. */
const MOST_PLACES = 10;

/** Finds files with equal content: equal size and CRC-32, which the scan computed. */
export function findDuplicates(
  { layers, plan }: Planned,
  { adopted, most }: { readonly adopted: AdoptedContent; readonly most: number },
): FoundDuplicates {
  const repeated = repeatedSums(layers);
  const groups = new Map<string, Group>();
  const byLayer = layers.map((): FileCount => ({ files: 0, size: 0 }));
  for (const [layer, { entries, content }] of layers.entries()) {
    const count = byLayer[layer];
    for (const [ordinal, crc] of content?.crc.entries() ?? []) {
      if (!repeated.has(crc) || count === undefined) continue;
      const { size, path } = entries.at(ordinal);
      const key = `${size} ${crc}`;
      const known = groups.get(key);
      if (known !== undefined) {
        count.files += 1;
        count.size += size;
      }
      const group = known ?? { size, places: [], files: 0, visible: 0 };
      group.files += 1;
      if (group.places.length < MOST_PLACES) group.places.push({ layer, path });
      if (plan.hidden.find(layer, ordinal) === undefined || adopted.has({ layer, ordinal })) group.visible += 1;
      if (known === undefined) groups.set(key, group);
    }
  }
  return {
    all: summary(
      [...groups.values()].filter(({ files }) => files > 1),
      most,
    ),
    byLayer,
  };
}

/** The checksums that occur more than once; files with a unique one, which are most, need no closer look. */
function repeatedSums(layers: Planned["layers"]): ReadonlySet<number> {
  const seen = new Set<number>();
  const repeated = new Set<number>();
  for (const { content } of layers) {
    for (const crc of content?.crc ?? []) {
      if (crc !== 0 && seen.has(crc)) repeated.add(crc);
      else seen.add(crc);
    }
  }
  return repeated;
}

function summary(groups: readonly Group[], most: number): Duplicates {
  const all: FileCount = { files: 0, size: 0 };
  const visible: FileCount = { files: 0, size: 0 };
  for (const group of groups) {
    add(all, group.files, group.size);
    add(visible, group.visible, group.size);
  }
  const weighed = groups.map((group) => ({ size: group.size * (group.files - 1), group }));
  return { ...all, visible, largest: largestOf(weighed, most).map(({ group }) => described(group)) };
}

/** Counts all files of a group but one. */
function add(count: FileCount, files: number, size: number): void {
  count.files += Math.max(0, files - 1);
  count.size += Math.max(0, files - 1) * size;
}

function described({ size, files, places }: Group): DuplicateGroup {
  return { size, files, places };
}
