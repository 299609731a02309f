import { listed } from "./listed.ts";
import { type FileReference, reference, type Selector } from "./reference.ts";

/** The link in hints to a path that no name can follow. */
const LINK = "link";

/**
 * What to type for each of several images of an archive or a layout, for the details of an error. The first colon ends
 * a path that is followed by a name, as in containers-transports(5), so one with a colon needs a link without.
 */
export function nameOne(
  { transport, path }: Pick<FileReference, "transport" | "path">,
  selectors: readonly Selector[],
): { readonly path: string; readonly candidates: readonly string[]; readonly hint: string } {
  const link = path.includes(":");
  const candidates = selectors.map((selector) => reference(transport, link ? LINK : path, selector).text);
  const first = link ? `no name can follow a path with a colon: ln -s ${path} ${LINK}, and ` : "";
  return { path, candidates, hint: `${first}name one of them: ${listed(candidates)}` };
}
