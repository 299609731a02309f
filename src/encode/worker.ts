import type { FilePlace } from "../bytes/seekable-bytes.ts";
import { readSyncAt } from "../bytes/sync-file.ts";
import type { SpliceSource } from "../kernel/splice-source.ts";
import type { Segment } from "../plan/merge-plan.ts";
import type { Parcel, WorkChannel } from "../workers/work.ts";
import { SplicedLayer, type SplicedParts, type SplicePart } from "./spliced-layer.ts";

/** A plan whose segments come as input, and its layers, which are in files. */
export interface SpliceRequest {
  /** Undefined for a layer from which nothing is copied. */
  readonly sources: readonly (SpliceSource<FilePlace> | undefined)[];
  readonly parts: readonly SplicePart[];
}

/** A chunk of the stream, if one is complete, and how many bytes of the tar were done since the item before. */
export interface SpliceItem {
  readonly chunk?: Uint8Array;
  /** Counted for each part. */
  readonly tarBytes: number;
}

/** Progress is sent after so many bytes, even if no chunk is complete. */
const REPORT_BYTES = 4 * 1024 * 1024;

type Channel = WorkChannel<readonly Segment[], SpliceItem>;

/** Splices one layer, or does a part of that: a `Work` for a thread. The operating system reads ahead. */
export async function work({ sources, parts }: SpliceRequest, channel: Channel): Promise<Parcel<SplicedParts>> {
  const layer = new SplicedLayer<FilePlace>(sources, parts);
  let told = 0;
  const news = (): number => {
    const before = told;
    told = layer.tarBytes;
    return told - before;
  };
  const send = async (): Promise<void> => {
    for (const chunk of layer.take()) {
      await channel.send({ value: { chunk, tarBytes: news() }, transfer: [chunk.buffer] });
    }
    if (layer.tarBytes - told >= REPORT_BYTES) await channel.send({ value: { tarBytes: news() } });
  };
  for await (const segments of channel.input) {
    for (const segment of segments) {
      channel.throwIfAborted();
      for (const { bytes, start, into } of layer.add(segment)) {
        channel.throwIfAborted();
        readSyncAt(bytes, start, into);
        await send();
      }
      await send();
    }
  }
  const value = layer.finish();
  await send();
  await channel.send({ value: { tarBytes: news() } });
  return { value };
}
