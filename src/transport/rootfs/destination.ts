import { stat } from "node:fs/promises";
import type { ByteStream } from "../../bytes/byte-stream.ts";
import { collect } from "../../bytes/collect.ts";
import { disposeAll } from "../../bytes/dispose-all.ts";
import { releasing } from "../../bytes/release.ts";
import { verified } from "../../bytes/verified.ts";
import type { Context } from "../../context.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { UsageError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { layerCompression } from "../../oci/media-type.ts";
import { instantOf, isTime } from "../../oci/time.ts";
import type { Accepts, Destination, EncodedLayer, EncodingLayer } from "../contracts.ts";
import type { FileReference } from "../reference.ts";
import { openSideFile, type SideFile } from "../side-file.ts";
import { type RootfsKind, rootfsKind } from "./form.ts";
import { type Outlet, openOutlet } from "./outlet.ts";

/** What {@link openRootfsDestination} needs to know besides the reference. */
export interface RootfsDestinationOptions {
  readonly force: boolean;
  /** The file that the run reads; it is never replaced. */
  readonly source?: string | undefined;
  /** A file for the image's config, which a root filesystem cannot contain. */
  readonly configOut?: string | undefined;
}

/**
 * Opens a destination for the filesystem of one flat image: a tar, a folder or a filesystem image, depending on the end
 * of its path. Manifest and config are not part of it.
 * @throws ReferenceInvalidError REFERENCE_INVALID; UsageError DESTINATION_EXISTS, ARGUMENT_INVALID; TransportError
 * DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function openRootfsDestination(
  reference: FileReference,
  options: RootfsDestinationOptions,
  context: Context,
): Promise<Destination> {
  const kind = (await isFolder(reference.path)) ? FOLDER : rootfsKind(reference.path);
  const { force, source, configOut } = options;
  const apart = { option: "--config-out", sources: [source ?? ""], destinations: [reference.path] };
  const opening = { ...apart, force, signal: context.signal };
  const configFile = configOut === undefined ? undefined : await openSideFile(configOut, opening);
  const outlet = await openOutlet(reference.path, { kind, force, source }, context);
  return new RootfsDestination({ reference, outlet, accepts: accepts(kind), configFile, context });
}

const FOLDER: RootfsKind = { form: "folder", compression: "none" };

/** If the path is an existing folder, its name does not matter. */
function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function accepts({ form, compression }: RootfsKind): Accepts {
  return {
    families: new Set(["oci", "docker"]),
    compressions: new Set([compression]),
    index: false,
    filesystemOnly: true,
    writeOnly: form !== "tar" && form !== "folder",
    parallel: false,
    autoCompression: () => compression,
  };
}

/** `created` of a config, in seconds since 1970; 0 if it has none. */
function createdSeconds(config: Uint8Array): number {
  const { created } = JSON.parse(Buffer.from(config).toString()) as { readonly created?: unknown };
  return typeof created === "string" && isTime(created) ? instantOf(created).seconds : 0;
}

interface RootfsDestinationInit {
  readonly reference: FileReference;
  readonly outlet: Outlet;
  readonly accepts: Accepts;
  readonly configFile: SideFile | undefined;
  readonly context: Context;
}

class RootfsDestination implements Destination {
  readonly reference: FileReference;
  readonly accepts: Accepts;
  diagnostics: readonly Diagnostic[] = [];
  readonly #init: RootfsDestinationInit;
  #config: Uint8Array = new Uint8Array(0);
  #layer: string | undefined;

  constructor(init: RootfsDestinationInit) {
    this.reference = init.reference;
    this.accepts = init.accepts;
    this.#init = init;
  }

  async hasBlob(): Promise<boolean> {
    return false;
  }

  async writeBlob(blob: Descriptor, open: () => ByteStream): Promise<void> {
    const stream = verified(open(), blob);
    if (layerCompression(blob.mediaType) !== undefined) await this.#write(blob.digest, stream);
    else this.#config = await collect(stream, this.#init.context.limits.configBytes, "configBytes");
  }

  async writeLayer(produce: () => EncodingLayer): Promise<EncodedLayer> {
    const layer = produce();
    await this.#write("", releasing(layer.stream));
    const result = layer.result();
    this.#layer = result.digest;
    return result;
  }

  /** A root filesystem has no manifest. */
  async writeManifest(): Promise<void> {}

  async commit(): Promise<FileReference> {
    const [, id = ""] = (this.#layer ?? "").split(":");
    const identity = { id, seconds: createdSeconds(this.#config) };
    const { configFile, outlet } = this.#init;
    // The config is completely written before the filesystem is published, and published after it: the steps that are
    // likely to fail come first.
    await configFile?.write(this.#config);
    this.diagnostics = await outlet.publish(identity);
    await configFile?.publish();
    return this.reference;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeAll([this.#init.configFile, this.#init.outlet]);
  }

  async #write(digest: string, stream: ByteStream): Promise<void> {
    if (this.#layer !== undefined) {
      throw new UsageError("ARGUMENT_INVALID", `${this.reference.text} is one filesystem and has no layers`);
    }
    this.#layer = digest;
    await this.#init.outlet.write(stream);
  }
}
