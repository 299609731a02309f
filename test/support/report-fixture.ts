import { type LayerHides, layerHides } from "../../src/inspect/layer-hides.ts";
import { fileColumns } from "../../src/report/file-columns.ts";
import type { ReportData } from "../../src/report/report-data.ts";
import { planLayer } from "./plan-layer.ts";
import { planOf } from "./plan-stack.ts";
import type { LayerFixture } from "./tar-fixture.ts";

/** The files of a stack, base first, as a report has them. */
export function reportFiles(
  ...stack: readonly LayerFixture[]
): Pick<ReportData, "files"> & { hides: readonly LayerHides[] } {
  const tars = stack.map((layer) => layer.tar());
  const [layers, plan] = [tars.map(planLayer), planOf(tars)];
  return { files: fileColumns(layers, plan), hides: layerHides({ layers, plan }) };
}
