import type { ByteStream } from "../../bytes/byte-stream.ts";
import type { SeekableBytes } from "../../bytes/seekable-bytes.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { ArrivalWatcher } from "../contracts.ts";
import type { SavedImage } from "../engine-source.ts";

/** An image that the engine saves only when it is first read. */
export class SavedWhenRead implements SavedImage {
  readonly #save: (watcher: ArrivalWatcher | undefined) => Promise<SavedImage>;
  #watcher: ArrivalWatcher | undefined;
  #saving: Promise<SavedImage> | undefined;
  #saved: SavedImage | undefined;

  constructor(save: (watcher: ArrivalWatcher | undefined) => Promise<SavedImage>) {
    this.#save = save;
  }

  watchArrivals(watcher: ArrivalWatcher): void {
    this.#watcher = watcher;
  }

  get madeManifest(): boolean {
    return this.#saved?.madeManifest === true;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#saved?.diagnostics ?? [];
  }

  async resolve(): Promise<Descriptor> {
    return (await this.#open()).resolve();
  }

  async *readBlob(blob: Descriptor): ByteStream {
    yield* (await this.#open()).readBlob(blob);
  }

  async locateBlob(blob: Descriptor): Promise<SeekableBytes | undefined> {
    return (await this.#open()).locateBlob?.(blob);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const saved = await this.#saving?.catch(() => undefined);
    await saved?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<SavedImage> {
    this.#saving ??= this.#save(this.#watcher);
    this.#saved = await this.#saving;
    return this.#saved;
  }
}
