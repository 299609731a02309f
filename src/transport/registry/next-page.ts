import { TransportError } from "../../errors.ts";
import { redactUrl } from "./redact.ts";

/**
 * Where a list goes on; undefined at its end. Only the registry itself is asked: a link may be written by whoever
 * stands between. RFC 8288 §3
 * @throws TransportError TRANSPORT_FAILED when it goes on elsewhere
 */
export function nextPage(link: string | undefined, current: URL): URL | undefined {
  // No two attempts look at the same characters: a header may be long.
  const target = /<([^<>]*)>\s*;[^,<]*\brel="?next"?/i.exec(link ?? "")?.[1];
  if (target === undefined || !URL.canParse(target, current.href)) return undefined;
  const next = new URL(target, current);
  if (next.origin === current.origin) return next;
  throw new TransportError("TRANSPORT_FAILED", `${redactUrl(current)} continues on another server`);
}
