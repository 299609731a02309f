import type { ReportData } from "./report-data.ts";

/**
 * The title of a report: the first name of the image; if that is only a tag in an OCI layout, the name of the folder
 * comes before it. Without a name, the source.
 */
export function reportTitle({ names, source }: Pick<ReportData, "names" | "source">): string {
  const [name] = names;
  if (name === undefined) return source;
  const folder = /^oci:(?:.*\/)?([^/:]+)\/*(?::[^/]*)?$/.exec(source)?.[1];
  return folder === undefined || /[/:]/.test(name) ? name : `${folder}:${name}`;
}
