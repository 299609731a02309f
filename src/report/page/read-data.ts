import type { ReportData } from "../report-data.ts";

/** The content of the report's data element. */
interface Envelope {
  readonly encoding: "gzip+base64";
  readonly data: string;
}

/** Reads the report from the text of its data element. Rejects if it is damaged. */
export async function readData(text: string): Promise<ReportData> {
  const { data } = JSON.parse(text) as Envelope;
  const unpacked = new Blob([bytesOf(atob(data))]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(unpacked).text()) as ReportData;
}

/** A plain loop: `Uint8Array.from` takes a hundred times as long. */
function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
