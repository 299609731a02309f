import type { PlanLayer } from "../../src/plan/merge-plan.ts";
import { LayerEntries } from "../../src/scan/layer-entries.ts";
import { entryList } from "../../src/tar/entry-table.ts";
import { TarReader } from "../../src/tar/tar-reader.ts";

/** The input of a plan for a layer with this tar. */
export function planLayer(tar: Uint8Array): PlanLayer {
  const entries = new LayerEntries({ layer: 0, lenientTar: false, pathBytes: 4096, notice: () => undefined });
  const reader = new TarReader({ onMember: (member) => entries.add(member) });
  reader.push(tar);
  const { size, end, trailerExact } = reader.end();
  return { size, end, trailerExact, entries: entryList(entries.finish()) };
}
