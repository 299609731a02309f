import { chunksOf } from "../../src/bytes/chunks-of.ts";
import type { Context } from "../../src/context.ts";
import type { Image } from "../../src/image/image.ts";
import { loadImages } from "../../src/image/load-images.ts";
import type { Destination, Source } from "../../src/transport/contracts.ts";
import { connectEngine, type EngineClient } from "../../src/transport/daemon/client.ts";
import { type DaemonDestinationOptions, openDaemonDestination } from "../../src/transport/daemon/destination.ts";
import { openDaemonSource } from "../../src/transport/daemon/source.ts";
import { type NamedReference, namedReference, type Reference } from "../../src/transport/reference.ts";
import type { Workshop } from "./corpus/workshop.ts";
import { type ApiEngine, engineSockets } from "./engines/engine-set.ts";

export const API_ENGINES: readonly ApiEngine[] = ["docker20", "docker26", "docker26Containerd", "podman4", "podman5"];

/** A client of one engine of the matrix, on its own socket. */
export function engineClient({ namespace }: Workshop, name: ApiEngine, context: Context): Promise<EngineClient> {
  const path = engineSockets(namespace)[name];
  const endpoint = { kind: "unix", path, text: `unix://${path}` } as const;
  return connectEngine(name.startsWith("podman") ? "podman" : "docker", endpoint, context.signal);
}

/** The reference for a name in the engine of a client. */
export function engineReference(client: EngineClient, name: string): NamedReference {
  return namedReference(client.engine === "podman" ? "podman" : "docker-daemon", name);
}

/** The single image of a source, and the names in that source. */
export async function readImage(
  client: EngineClient,
  name: string,
  context: Context,
): Promise<{ image: Image; names: readonly string[] }> {
  await using source = await openDaemonSource(engineReference(client, name), client, context);
  return { image: await onlyImage(source, context), names: source.names };
}

/** Where {@link copyImage} writes to. */
export interface CopyTarget extends Omit<DaemonDestinationOptions, "to" | "force"> {
  readonly client: EngineClient;
  readonly name: string;
  readonly force?: boolean;
}

/** Copies the single image of a source into an engine, layer by layer, without flattening. */
export async function copyImage(source: Source, target: CopyTarget, context: Context): Promise<Reference> {
  const { client, name, force = false, ...rest } = target;
  const options = { to: engineReference(client, name), force, ...rest };
  await using to = await openDaemonDestination(client, options, context);
  return sendImage(source, to, context);
}

/** The same, into an open destination. */
export async function sendImage(source: Source, to: Destination, context: Context): Promise<Reference> {
  const { manifest, config, layers } = await onlyImage(source, context);
  for (const { descriptor } of layers) await to.writeBlob(descriptor, () => source.readBlob(descriptor));
  await to.writeBlob(config.descriptor, () => chunksOf(config.bytes));
  await to.writeManifest(manifest);
  return to.commit(manifest.descriptor, []);
}

async function onlyImage(source: Source, context: Context): Promise<Image> {
  const { images } = await loadImages(source, { all: false }, context);
  const [image] = images;
  if (image === undefined) throw new Error("loadImages gives at least one image");
  return image;
}
