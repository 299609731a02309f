import { gunzipSync } from "node:zlib";
import type { ReportData } from "../../src/report/report-data.ts";

/** Extracts the data of a report from its HTML. */
export function readReport(html: string): ReportData {
  const envelope = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)?.[1];
  if (envelope === undefined) throw new Error("the HTML carries no data");
  const { data } = JSON.parse(envelope) as { data: string };
  return JSON.parse(gunzipSync(Buffer.from(data, "base64")).toString("utf8")) as ReportData;
}
