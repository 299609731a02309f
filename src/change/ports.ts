const PROTOCOLS = ["tcp", "udp", "sctp"];

/**
 * The ports of an `EXPOSE` as a config names them: `80/tcp`, one for each port of `8000-8010/udp`. Undefined for
 * anything else.
 */
export function portsOf(text: string): string[] | undefined {
  const [, from = "", to = from, protocol = "tcp"] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  const known = PROTOCOLS.includes(protocol.toLowerCase());
  if (from === "" || !known || first > last || last > 65_535) return undefined;
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${protocol.toLowerCase()}`);
}
