import type { ReportData } from "./report-data.ts";

/**
 * What an image is called at the head of its report: its first name, behind that of its folder where a tag is all that
 * an OCI layout calls it; else where it lies.
 */
export function reportTitle({ names, source }: Pick<ReportData, "names" | "source">): string {
  const [name] = names;
  if (name === undefined) return source;
  const folder = /^oci:(?:.*\/)?([^/:]+)\/*(?::[^/]*)?$/.exec(source)?.[1];
  return folder === undefined || /[/:]/.test(name) ? name : `${folder}:${name}`;
}
