import { createHash } from "node:crypto";
import type { ByteRange } from "../../bytes/byte-stream.ts";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import { spool } from "../../bytes/spool.ts";
import { tapped } from "../../bytes/tapped.ts";
import { withoutRanges } from "../../bytes/without-ranges.ts";
import type { Context } from "../../context.ts";
import { type DiffId, hashDigest } from "../../oci/digest.ts";
import type { Member } from "../../tar/member.ts";
import { TarReader } from "../../tar/tar-reader.ts";

/** A container's own layer, as a plain tar. */
export interface OwnLayer {
  readonly layer: SeekableBytes;
  readonly diffId: DiffId;
}

/**
 * The layer without the files that podman puts into every container; undefined if it has none. Docker keeps such files
 * in a layer below the container's own, which it does not commit (R10.1). Reads the layer twice; the copy is in
 * scratch.
 * @throws ImageInvalidError TAR_INVALID; TransportError DISK_FULL
 */
export async function withoutInjected(layer: SeekableBytes, context: Context): Promise<OwnLayer | undefined> {
  const spans: ByteRange[] = [];
  const reader = new TarReader({ onMember: (member) => void (isInjected(member) && spans.push(member.span)) });
  for await (const chunk of layer.stream()) reader.push(chunk);
  reader.end();
  if (spans.length === 0) return undefined;
  const hash = createHash("sha256");
  const rest = tapped(withoutRanges(layer, spans), (chunk) => void hash.update(chunk));
  const file = await spool(rest, await context.scratch.path("container.layer"), context.signal);
  context.scratch.own(file);
  return { layer: file, diffId: hashDigest(hash) };
}

/** Empty files that podman creates as mount points; the files mounted over them are never in the layer. */
const MOUNT_POINTS: ReadonlySet<string> = new Set([
  "etc/hostname",
  "etc/hosts",
  "etc/resolv.conf",
  "run/.containerenv",
]);

function isInjected({ name, type, size, linkName }: Member): boolean {
  const path = name.replace(/^(\.?\/)+/, "");
  if (path === "etc/mtab") return type === "symlink" && linkName === "/proc/mounts";
  return MOUNT_POINTS.has(path) && type === "file" && size === 0;
}
