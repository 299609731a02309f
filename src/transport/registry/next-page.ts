/**
 * The next page of a list, if its Link headers name one. Only path and query of the link count: the registry itself is
 * asked, and behind a proxy it may have named an internal host or another scheme. RFC 8288 §3
 */
export function nextPage(links: readonly string[], current: URL): URL | undefined {
  // Linear in the length of the header: no two attempts look at the same characters.
  const target = /<([^<>]*)>\s*;[^,<]*\brel="?next"?/i.exec(links.join(", "))?.[1];
  const link = target === undefined ? null : URL.parse(target, current.href);
  if (link === null) return undefined;
  const next = new URL(current);
  next.pathname = link.pathname;
  next.search = link.search;
  return next;
}
