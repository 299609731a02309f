import { createReadStream, existsSync } from "node:fs";
import type { ByteStream } from "../bytes/byte-stream.ts";
import type { EngineClient } from "../transport/daemon/client.ts";
import { readMessages } from "../transport/daemon/messages.ts";
import type { StepName } from "./measurement.ts";
import { isAllowed, readFile, statFile, walkTree } from "./tree-walk.ts";

/** One image in one engine. */
export interface RoundInput {
  readonly client: EngineClient;
  /** The archive to load; if undefined, the image is pulled by its name. */
  readonly archive: string | undefined;
  /** `[registry/]repository:tag`. */
  readonly name: string;
  /** Path in the image of the program that waits; without a leading slash. */
  readonly program: string;
  readonly signal: AbortSignal;
}

/** Milliseconds by step; `walk` and `read` only if this user can read the filesystem of the container. */
export type RoundTimes = Partial<Record<StepName, number>>;

/** The time limit for cleaning up, which is also done if the run was aborted. */
const CLEANUP_MS = 60_000;

/**
 * Loads or pulls an image, creates and starts a container, walks and reads its filesystem, exports it, and removes
 * container and image.
 */
export async function measureRound(input: RoundInput): Promise<RoundTimes> {
  const { client, archive, name, program, signal } = input;
  const times: RoundTimes = {};
  const clock = async <Result>(step: StepName, work: () => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted();
    const begun = performance.now();
    const result = await work();
    times[step] = performance.now() - begun;
    return result;
  };
  let container: string | undefined;
  try {
    if (archive === undefined) await clock("pull", () => pull(client, name));
    else await clock("load", () => load(client, archive));
    const id = await clock("create", () => create(client, name, program));
    container = id;
    await clock("start", () => end(client.request({ method: "POST", path: `/containers/${id}/start` })));
    const root = await rootOf(client, id, program);
    if (root !== undefined) {
      const walk = (): Promise<unknown> => clock("walk", () => walkTree(root, statFile, signal));
      const read = (): Promise<unknown> => clock("read", () => walkTree(root, readFile, signal));
      if (!((await isAllowed(root, walk)) && (await isAllowed(root, read)))) delete times.walk;
    }
    // Not `export`: after that, Docker 26.1 keeps the layers of the removed container and its image on the disk.
    await clock("export", () => end(client.request({ path: `/containers/${id}/archive`, query: { path: "/" } })));
  } finally {
    await remove(client, { container, name });
  }
  return times;
}

async function load(client: EngineClient, archive: string): Promise<void> {
  const { body } = await client.request({
    method: "POST",
    path: "/images/load",
    query: { quiet: "1" },
    headers: { "content-type": "application/x-tar" },
    body: fileStream(archive),
  });
  await readMessages(body);
}

/** Has the engine pull an image. @throws TransportError DESTINATION_REFUSED, TRANSPORT_FAILED, SOURCE_NOT_FOUND */
export async function pull(client: EngineClient, name: string): Promise<void> {
  const colon = name.lastIndexOf(":");
  const query = { fromImage: name.slice(0, colon), tag: name.slice(colon + 1) };
  const { body } = await client.request({ method: "POST", path: "/images/create", query });
  await readMessages(body);
}

async function* fileStream(path: string): ByteStream {
  yield* createReadStream(path, { highWaterMark: 1024 * 1024 });
}

/** Creates a container that runs nothing of the image, neither its command nor its healthcheck, without a network. */
async function create(client: EngineClient, image: string, program: string): Promise<string> {
  const config = {
    Image: image,
    Entrypoint: [`/${program}`],
    Cmd: ["wait"],
    User: "0",
    WorkingDir: "/",
    Healthcheck: { Test: ["NONE"] },
    // The program, as PID 1, ignores SIGTERM, and podman would wait ten seconds before it kills it.
    StopSignal: "SIGKILL",
    HostConfig: { NetworkMode: "none" },
  };
  const bytes = Buffer.from(JSON.stringify(config));
  const body = (async function* (): ByteStream {
    yield bytes;
  })();
  const headers = { "content-type": "application/json", "content-length": String(bytes.length) };
  const answer = await client.json({ method: "POST", path: "/containers/create", headers, body });
  return String((answer as { readonly Id?: unknown }).Id);
}

/** The container's filesystem as its process sees it, if it runs on this machine and this user has access. */
async function rootOf(client: EngineClient, id: string, program: string): Promise<string | undefined> {
  const answer = (await client.json({ path: `/containers/${id}/json` })) as {
    readonly State?: { readonly Pid?: unknown };
  };
  const root = `/proc/${Number(answer.State?.Pid)}/root`;
  return existsSync(`${root}/${program}`) ? root : undefined;
}

async function end(response: Promise<{ readonly body: ByteStream }>): Promise<void> {
  const { body } = await response;
  for await (const _ of body);
}

interface Remains {
  readonly container: string | undefined;
  readonly name: string;
}

/** Removes container and image; ignores errors, so that an earlier error is the one that is thrown. */
async function remove(client: EngineClient, { container, name }: Remains): Promise<void> {
  const signal = AbortSignal.timeout(CLEANUP_MS);
  const gone = async (path: string, query: Record<string, string>): Promise<void> => {
    await end(client.request({ method: "DELETE", path, query, signal })).catch(() => {});
  };
  if (container !== undefined) await gone(`/containers/${container}`, { force: "1", v: "1" });
  await gone(`/images/${name}`, { force: "1" });
}
