import { gunzipSync } from "node:zlib";
import type { ReportData } from "../../src/report/report-data.ts";

/** The data that a report carries, taken out of its HTML. */
export function readReport(html: string): ReportData {
  const envelope = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)?.[1];
  if (envelope === undefined) throw new Error("the HTML carries no data");
  const { data } = JSON.parse(envelope) as { data: string };
  return JSON.parse(gunzipSync(Buffer.from(data, "base64")).toString("utf8")) as ReportData;
}
