/**
 * The next page of a list, if its Link headers name one. Only the registry itself is asked: of the link, path and query
 * count, since registries behind a proxy name the host or the scheme that they see themselves. RFC 8288 §3
 */
export function nextPage(links: readonly string[], current: URL): URL | undefined {
  // No two attempts look at the same characters: a header may be long.
  const target = /<([^<>]*)>\s*;[^,<]*\brel="?next"?/i.exec(links.join(", "))?.[1];
  const link = target === undefined ? null : URL.parse(target, current.href);
  if (link === null) return undefined;
  const next = new URL(current);
  next.pathname = link.pathname;
  next.search = link.search;
  return next;
}
