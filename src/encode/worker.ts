import type { FilePlace } from "../bytes/seekable-bytes.ts";
import { readSyncAt } from "../bytes/sync-file.ts";
import type { SpliceSource } from "../kernel/splice-source.ts";
import type { Segment } from "../plan/merge-plan.ts";
import type { Parcel, WorkChannel } from "../workers/work.ts";
import { type SplicedLayer, SplicedMember } from "./spliced-member.ts";

/** A plan whose segments come as input, and its layers, which are in files. */
export interface SpliceRequest {
  /** Undefined for a layer from which nothing is copied. */
  readonly sources: readonly (SpliceSource<FilePlace> | undefined)[];
  /** Bytes of the flat tar. */
  readonly size: number;
}

/** A chunk of the blob, and how many bytes of the tar were done since the one before. */
export interface SpliceItem {
  readonly chunk: Uint8Array;
  readonly tarBytes: number;
}

type Channel = WorkChannel<readonly Segment[], SpliceItem>;

/** Splices one layer: a `Work` for a thread. It does not read ahead: the operating system does. */
export async function work({ sources, size }: SpliceRequest, channel: Channel): Promise<Parcel<SplicedLayer>> {
  const member = new SplicedMember<FilePlace>(sources);
  let told = 0;
  const send = async (): Promise<void> => {
    for (const chunk of member.take()) {
      const value = { chunk, tarBytes: member.tarBytes - told };
      told = member.tarBytes;
      await channel.send({ value, transfer: [chunk.buffer] });
    }
  };
  for await (const segments of channel.input) {
    for (const segment of segments) {
      for (const { bytes, start, into } of member.add(segment)) {
        channel.throwIfAborted();
        readSyncAt(bytes, start, into);
        await send();
      }
    }
    await send();
  }
  const value = member.finish(size);
  await send();
  return { value };
}
