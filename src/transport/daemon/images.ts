import * as v from "valibot";
import { TransportError } from "../../errors.ts";
import type { Platform } from "../../oci/platform.ts";
import type { EngineClient } from "./client.ts";

/** An image in an engine's list. */
export interface EngineImage {
  /** The engine's ID: the digest of the config, or of the manifest in a containerd store. */
  readonly id: string;
  /** `repository:tag`, as the engine writes them. */
  readonly tags: readonly string[];
  /** `repository@digest`, for each repository that it was pulled from or pushed to. */
  readonly repoDigests: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
  /** Bytes, as the engine counts them. */
  readonly size: number;
}

/** What an engine knows about one image. */
export interface EngineImageDetails {
  readonly id: string;
  readonly tags: readonly string[];
  readonly diffIds: readonly string[];
  /** RFC 3339; undefined if the engine has no time. */
  readonly created: string | undefined;
  readonly platform: Platform;
  /** Bytes, as the engine counts them. */
  readonly size: number;
}

const listSchema = v.array(
  v.looseObject({
    Id: v.string(),
    RepoTags: v.nullish(v.array(v.string())),
    RepoDigests: v.nullish(v.array(v.string())),
    Created: v.number(),
    Size: v.number(),
  }),
);

const detailsSchema = v.looseObject({
  Id: v.string(),
  RepoTags: v.nullish(v.array(v.string())),
  Created: v.nullish(v.string()),
  Os: v.nullish(v.string()),
  Architecture: v.nullish(v.string()),
  Variant: v.nullish(v.string()),
  Size: v.nullish(v.number()),
  RootFS: v.nullish(v.looseObject({ Layers: v.nullish(v.array(v.string())) })),
});

/**
 * All images that have a name or are not the parent of another one, as `docker images` lists them; or those of one
 * repository, with all their names.
 */
export async function listImages(client: EngineClient, repository?: string): Promise<EngineImage[]> {
  const filters = repository === undefined ? undefined : JSON.stringify({ reference: [repository] });
  const answer = checkAnswer(listSchema, await client.json({ path: "/images/json", query: { filters } }));
  return answer.map((image) => ({
    id: image.Id,
    tags: (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>"),
    repoDigests: (image.RepoDigests ?? []).filter((name) => name !== "<none>@<none>"),
    created: image.Created,
    size: image.Size,
  }));
}

/**
 * Looks an image up by name, tag, digest or unique prefix of its ID.
 * @throws TransportError SOURCE_NOT_FOUND
 */
export async function inspectImage(client: EngineClient, name: string): Promise<EngineImageDetails> {
  const answer = checkAnswer(detailsSchema, await client.json({ path: `/images/${encodeName(name)}/json` }));
  return {
    id: answer.Id,
    tags: answer.RepoTags ?? [],
    diffIds: answer.RootFS?.Layers ?? [],
    created: answer.Created || undefined,
    platform: {
      os: answer.Os || "linux",
      architecture: answer.Architecture || "unknown",
      ...(answer.Variant && { variant: answer.Variant }),
    },
    size: answer.Size ?? 0,
  };
}

/**
 * The steps of an image's history, oldest first, with their size in bytes as the engine counts it; 0 for a step without
 * a layer.
 * @throws TransportError SOURCE_NOT_FOUND
 */
export async function stepSizes(client: EngineClient, id: string): Promise<readonly EngineStep[]> {
  const answer = checkAnswer(historySchema, await client.json({ path: `/images/${encodeName(id)}/history` }));
  return answer.map(({ CreatedBy, Size }) => ({ createdBy: CreatedBy ?? "", size: Size })).reverse();
}

/** A step of an image's history. */
export interface EngineStep {
  readonly createdBy: string;
  readonly size: number;
}

const historySchema = v.array(v.looseObject({ CreatedBy: v.nullish(v.string()), Size: v.number() }));

/** As {@link inspectImage}, but undefined if there is no such image. */
export async function findImage(client: EngineClient, name: string): Promise<EngineImageDetails | undefined> {
  try {
    return await inspectImage(client, name);
  } catch (error) {
    if (error instanceof TransportError && error.code === "SOURCE_NOT_FOUND") return undefined;
    throw error;
  }
}

/**
 * How an engine keeps images: Docker's classic store keeps unpacked layers only, its containerd store the blobs as they
 * were received and unpacked layers; podman has a store of its own.
 */
export type EngineStore = "classic" | "containerd" | "podman";

const stores = new WeakMap<EngineClient, Promise<EngineStore>>();

/** The store of an engine, which is asked once for all images that are opened in it. */
export function storeOf(client: EngineClient): Promise<EngineStore> {
  const store = stores.get(client) ?? askForStore(client);
  stores.set(client, store);
  return store;
}

/** What is addressed as Docker may be podman: many use its socket in place of Docker's. */
async function askForStore(client: EngineClient): Promise<EngineStore> {
  if (client.engine === "podman") return "podman";
  const [version, info] = await Promise.all([client.json({ path: "/version" }), client.json({ path: "/info" })]);
  const { Components } = checkAnswer(versionSchema, version);
  if ((Components ?? []).some(({ Name }) => Name === "Podman Engine")) return "podman";
  const { DriverStatus } = checkAnswer(infoSchema, info);
  const snapshotter = (DriverStatus ?? []).some(
    ([name, value]) => name === "driver-type" && value.startsWith("io.containerd."),
  );
  return snapshotter ? "containerd" : "classic";
}

/**
 * How the engine merges layers: podman and Docker's classic store like overlay2, a containerd store like containerd.
 */
export async function viewOf(client: EngineClient): Promise<"overlay2" | "containerd"> {
  return (await storeOf(client)) === "containerd" ? "containerd" : "overlay2";
}

const versionSchema = v.looseObject({ Components: v.nullish(v.array(v.looseObject({ Name: v.string() }))) });
const infoSchema = v.looseObject({ DriverStatus: v.nullish(v.array(v.tuple([v.string(), v.string()]))) });

/** A name in the path of a request. Slashes stay: they are part of the route in Docker's API. */
export function encodeName(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

/** @throws TransportError TRANSPORT_FAILED if an engine's answer does not match the schema */
export function checkAnswer<const Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  throw new TransportError("TRANSPORT_FAILED", "the engine's answer does not have the form that its API defines", {
    details: { problem: result.issues[0].message },
  });
}
