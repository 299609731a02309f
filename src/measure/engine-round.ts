import { createReadStream, existsSync } from "node:fs";
import type { ByteStream } from "../bytes/byte-stream.ts";
import type { EngineClient } from "../transport/daemon/client.ts";
import { readMessages } from "../transport/daemon/messages.ts";
import type { StepName } from "./measurement.ts";
import { readFile, statFile, walkTree } from "./tree-walk.ts";

/** One image in one engine. */
export interface RoundInput {
  readonly client: EngineClient;
  /** To be loaded; the image is pulled by its name where it is left out. */
  readonly archive: string | undefined;
  /** `[registry/]repository:tag`. */
  readonly name: string;
  /** Path in the image of the program that waits. */
  readonly program: string;
  readonly signal: AbortSignal;
}

/** Milliseconds a step; `walk` and `read` only where the filesystem of the container can be reached. */
export type RoundTimes = Partial<Record<StepName, number>>;

/** Time that cleaning up may take, though the run was aborted. */
const CLEANUP_MS = 60_000;

/**
 * Loads or pulls an image, makes and starts a container of it, walks and reads its filesystem, exports it, and removes
 * both.
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
      await clock("walk", () => walkTree(root, statFile, signal));
      await clock("read", () => walkTree(root, readFile, signal));
    }
    await clock("export", () => end(client.request({ path: `/containers/${id}/export` })));
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

/** Nothing of the image is run: neither its command nor its healthcheck, and without a network. */
async function create(client: EngineClient, image: string, program: string): Promise<string> {
  const config = {
    Image: image,
    Entrypoint: [`/${program}`],
    Cmd: ["wait"],
    User: "0",
    WorkingDir: "/",
    Healthcheck: { Test: ["NONE"] },
    // As the first process of its container the program ignores SIGTERM, after which podman would wait for ten seconds.
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

/** The container's filesystem as its process sees it, where this machine runs it and this user may look. */
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

/** Leaves the engine as it was, also after an error, which is what the caller hears of. */
async function remove(client: EngineClient, { container, name }: Remains): Promise<void> {
  const signal = AbortSignal.timeout(CLEANUP_MS);
  const gone = async (path: string, query: Record<string, string>): Promise<void> => {
    await end(client.request({ method: "DELETE", path, query, signal })).catch(() => {});
  };
  if (container !== undefined) await gone(`/containers/${container}`, { force: "1", v: "1" });
  await gone(`/images/${name}`, { force: "1" });
}
