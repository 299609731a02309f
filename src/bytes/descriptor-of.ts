import { readlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const MOST_LINKS = 40;

/**
 * The number of an open descriptor of this process, if a path or the links behind it name one: `/dev/stdout` is a link
 * to `/proc/self/fd/1`.
 */
export async function descriptorOf(path: string, links = MOST_LINKS): Promise<number | undefined> {
  const [, number] = /^\/(?:dev\/fd|proc\/self\/fd)\/(\d+)$/.exec(resolve(path)) ?? [];
  if (number !== undefined) return Number(number);
  const link = links === 0 ? undefined : await readlink(path).catch(() => undefined);
  return link === undefined ? undefined : descriptorOf(resolve(dirname(path), link), links - 1);
}
