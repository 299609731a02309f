import * as v from "valibot";
import { TransportError } from "../../errors.ts";
import type { EngineClient } from "../daemon/client.ts";
import { checkAnswer } from "../daemon/images.ts";

/** What must be known about a container before it is committed. */
export interface ContainerDetails {
  readonly id: string;
  /** ID of its image; empty if it was created from a folder. */
  readonly image: string;
  readonly running: boolean;
  /** Absolute paths in the container of volumes and other mounts. */
  readonly mounts: readonly string[];
}

const schema = v.looseObject({
  Id: v.string(),
  Image: v.optional(v.string(), ""),
  State: v.looseObject({ Running: v.boolean() }),
  Mounts: v.nullish(v.array(v.looseObject({ Destination: v.string() }))),
  HostConfig: v.optional(v.looseObject({ Tmpfs: v.nullish(v.record(v.string(), v.unknown())) })),
});

/**
 * Looks a container up by name, ID or the beginning of one.
 * @throws TransportError SOURCE_NOT_FOUND
 */
export async function inspectContainer(client: EngineClient, name: string): Promise<ContainerDetails> {
  const answer = await client.json({ path: `/containers/${encodeURIComponent(name)}/json` }).catch((error: unknown) => {
    if (error instanceof TransportError && error.code === "SOURCE_NOT_FOUND") {
      error.details = { hint: `${client.engine} ps --all lists the containers`, ...error.details };
    }
    throw error;
  });
  const { Id, Image, State, Mounts, HostConfig } = checkAnswer(schema, answer);
  // Docker lists a tmpfs among the mounts only if it came from --mount, podman never.
  const mounts = new Set([
    ...(Mounts ?? []).map((mount) => mount.Destination),
    ...Object.keys(HostConfig?.Tmpfs ?? {}),
  ]);
  return { id: Id, image: Image, running: State.Running, mounts: [...mounts].toSorted() };
}
