import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { chunksOf } from "../../../../src/bytes/chunks-of.ts";
import { copied } from "../../../../src/encode/copied.ts";
import type { DiffId, Digest } from "../../../../src/oci/digest.ts";
import type { Destination, EncodingLayer } from "../../../../src/transport/contracts.ts";
import { connectEngine } from "../../../../src/transport/daemon/client.ts";
import { openDaemonDestination } from "../../../../src/transport/daemon/destination.ts";
import { namedReference } from "../../../../src/transport/reference.ts";
import { fakeEngines } from "../../../support/fake-engine.ts";
import { digestOf, image } from "../../../support/image-fixture.ts";
import { readNaively } from "../../../support/naive-tar.ts";
import { testFolder } from "../../../support/test-folder.ts";
import { transportContext } from "../../../support/transport-context.ts";
import { writeBlobs } from "../../../support/write-image.ts";

const APP = image();
const folder = testFolder();
const engines = fakeEngines(folder);

interface FakeEngine {
  readonly store: "containerd" | "podman";
  /** Called before a request is answered, for a tag with the new name; false refuses it. */
  readonly on?: (request: string) => unknown;
  /** The image that has the name app:flat; by default none has. */
  readonly old?: string;
}

/** An engine that accepts every image and records the requests that change something. */
function engineOf({ store, on, old }: FakeEngine) {
  const seen: string[] = [];
  const loaded: Buffer[] = [];
  const fresh = store === "podman" ? digestOf(APP.config) : APP.oci.digest;
  const names = new Map<string, string>(old === undefined ? [] : [["app:flat", old]]);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "", "http://engine");
    const path = decodeURIComponent(url.pathname.replace(/^\/v[\d.]+/, "")).replace(/(:load)-[\w-]+/, "$1");
    const body: Buffer[] | undefined = await request.toArray().catch(() => undefined);
    if (body === undefined) return; // the client gave up
    if (path === "/images/load") loaded.push(...body);
    const asked = `${request.method} ${path}`;
    if (request.method !== "GET") seen.push(asked);
    const tag = `${url.searchParams.get("repo")}:${url.searchParams.get("tag")}`;
    if ((await on?.(path.endsWith("/tag") ? `${asked} ${tag}` : asked)) === false) return end({ message: "no" }, 500);
    if (path === "/version") return end({ Components: [{ Name: store === "podman" ? "Podman Engine" : "Engine" }] });
    if (path === "/info") return end({ DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] });
    if (path === "/images/json") return end([]);
    if (asked === "POST /images/load") {
      const said = readNaively(Buffer.concat(body)).find(({ name }) => name === "manifest.json")?.content ?? "[]";
      const [{ RepoTags = [] } = {}] = store === "podman" ? JSON.parse(said.toString()) : [];
      for (const name of RepoTags) names.set(name.replace(/(:load)-[\w-]+/, "$1"), fresh);
      return end({ stream: "Loaded image" });
    }
    if (path.endsWith("/tag")) names.set(tag, path === `/images/${old}/tag` ? (old ?? "") : fresh);
    if (request.method === "DELETE") names.delete(path.slice("/images/".length));
    const name = /^\/images\/(.*)\/json$/.exec(path)?.[1];
    if (name !== undefined && !names.has(name)) return end({ message: "no such image" }, 404);
    return end({ Id: names.get(name ?? "") ?? fresh });

    function end(body: object, status = 200): void {
      response.writeHead(status).end(JSON.stringify(body));
    }
  };
  return { answer, seen, names, loaded };
}

/** Aborts, lets ten seconds pass, and never ends. */
async function abortAndWait(abort: AbortController): Promise<never> {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  abort.abort(new Error("stop here"));
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  return new Promise(() => {});
}

interface Opened {
  readonly seen: readonly string[];
  /** IDs by name. */
  readonly names: Map<string, string>;
  /** The bytes of all loads. */
  archive(): Buffer;
}

async function withDestination(
  fake: FakeEngine,
  signal: AbortSignal,
  use: (to: Destination, engine: Opened) => Promise<void>,
  force = true,
): Promise<void> {
  const { answer, loaded, ...opened } = engineOf(fake);
  const endpoint = await engines.listen((request, response) => void answer(request, response), "1.41");
  await using context = transportContext(folder.path, { signal });
  const client = await connectEngine("docker", endpoint, signal);
  const options = { to: namedReference("docker-daemon", "app:flat"), names: ["app:too"], force };
  await using to = await openDaemonDestination(client, options, context);
  await use(to, { ...opened, archive: () => Buffer.concat(loaded) });
}

function plainLayer(text: string): EncodingLayer {
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes) as Digest;
  const sizes = { size: bytes.length, uncompressedSize: bytes.length };
  const layer = { compression: "none", digest, diffId: digest as string as DiffId, ...sizes } as const;
  const result = { ...layer, copied: copied({ stored: bytes.length }) };
  return { compression: "none", uncompressedSize: bytes.length, stream: chunksOf(bytes), result: () => result };
}

describe("a destination in an engine", () => {
  it("gives each streamed layer a path of its own in the archive, also after one that occurs twice", async () => {
    await withDestination({ store: "podman" }, new AbortController().signal, async (to, { archive }) => {
      for (const text of ["a", "a", "b"]) await to.writeLayer(() => plainLayer(text));
      await to.commit(await writeBlobs(to, APP, "docker"), []);
      const layers = readNaively(archive()).filter(({ name }) => name.endsWith(".layer"));
      expect(new Set(layers.map(({ name }) => name)).size).toBe(layers.length);
    });
  });

  it.each(["containerd", "podman"] as const)("leaves a name to the image that got it meanwhile (%s)", async (store) => {
    const write = async (to: Destination, { seen, names }: Opened): Promise<void> => {
      const root = await writeBlobs(to, APP, store === "podman" ? "docker" : "oci");
      names.set("app:flat", "sha256:another");
      await expect(to.commit(root, [])).rejects.toMatchObject({ code: "DESTINATION_EXISTS" });
      await to[Symbol.asyncDispose]();
      expect(names.get("app:flat")).toBe("sha256:another");
      expect(seen).toEqual([]);
    };
    await withDestination({ store }, new AbortController().signal, write, false);
  });

  it("succeeds if the image that got the name meanwhile is the same", async () => {
    const write = async (to: Destination, { names }: Opened): Promise<void> => {
      const root = await writeBlobs(to, APP, "docker");
      names.set("app:flat", digestOf(APP.config));
      await to.commit(root, []);
      expect(to.diagnostics).toEqual([]);
    };
    await withDestination({ store: "podman" }, new AbortController().signal, write, false);
  });

  it("moves all names although the run is aborted while they are moved", async () => {
    const abort = new AbortController();
    const on = (request: string): void => {
      if (request.includes("/tag ")) abort.abort(new Error("stop here"));
    };
    await withDestination({ store: "containerd", on }, abort.signal, async (to, { seen, names }) => {
      const root = await writeBlobs(to, APP, "oci");
      await to.commit(root, ["app:too"]);
      const temporary = "/images/planish-temporary:load";
      const tag = `POST ${temporary}/tag`;
      expect(seen).toEqual(["POST /images/load", tag, tag, "POST /images/load", `DELETE ${temporary}`]);
      expect([...names.keys()]).toEqual(["app:flat", "app:too"]);
    });
  });

  it("removes what an engine makes of an archive that was complete when the run was aborted", async () => {
    const abort = new AbortController();
    const done: string[] = [];
    const on = async (request: string): Promise<void> => {
      if (request.startsWith("DELETE")) done.push("removed");
      if (request !== "POST /images/load") return;
      abort.abort(new Error("stop here"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      done.push("made");
    };
    await withDestination({ store: "containerd", on }, abort.signal, async (to, { names }) => {
      const root = await writeBlobs(to, APP, "oci");
      await expect(to.commit(root, [])).rejects.toThrow("stop here");
      expect(done).toEqual(["made", "removed"]);
      expect([...names]).toEqual([]);
    });
  });

  it("succeeds if the engine names the image after an abort", async () => {
    const abort = new AbortController();
    const on = (request: string): void => {
      if (request === "POST /images/load") abort.abort(new Error("too late"));
    };
    await withDestination({ store: "podman", on }, abort.signal, async (to, { names }) => {
      const root = await writeBlobs(to, APP, "docker");
      expect((await to.commit(root, [])).text).toBe("docker-daemon:app:flat");
      expect([...names.keys()]).toEqual(["app:flat"]);
    });
  });

  describe.each(["containerd", "podman"] as const)("that is %s", (store) => {
    const old = `sha256:${"0".repeat(64)}`;
    const commit = (to: Destination) =>
      writeBlobs(to, APP, store === "podman" ? "docker" : "oci").then((root) => to.commit(root, ["app:too"]));

    it.each([undefined, old])(
      "puts the names back if it fails between two, the first before being %s",
      async (before) => {
        const on = (request: string): boolean => !request.endsWith("/tag app:too");
        const fake = { store, on, ...(before && { old: before }) };
        await withDestination(fake, new AbortController().signal, async (to, { names }) => {
          await expect(commit(to)).rejects.toThrow("the engine answered: no");
          expect([...names]).toEqual(before === undefined ? [] : [["app:flat", before]]);
        });
      },
    );

    it("says which names it did not put back", async () => {
      const refused = [/\/tag app:too$/, /^DELETE .*app:too$/, new RegExp(`${old}/tag app:flat$`)];
      const on = (request: string): boolean => !refused.some((form) => form.test(request));
      await withDestination({ store, on, old }, new AbortController().signal, async (to) => {
        const remains = `docker did not put back app:flat (before: ${old}), app:too: the new image may have the name`;
        await expect(commit(to)).rejects.toMatchObject({ code: "TRANSPORT_FAILED", details: { remains } });
      });
    });

    it("is said to have the image if it has received everything and does not answer after an abort", async () => {
      const abort = new AbortController();
      const on = async (request: string): Promise<void> => {
        if (request === "POST /images/load") await abortAndWait(abort);
      };
      await withDestination({ store, on }, abort.signal, async (to) => {
        await expect(commit(to)).rejects.toMatchObject({
          code: "TRANSPORT_FAILED",
          details: { remains: expect.stringContaining("may still add what it has received") },
          cause: expect.objectContaining({ message: "stop here" }),
        });
      });
    });

    it("is not waited for without end if it does not answer between two names after an abort", async () => {
      const abort = new AbortController();
      const on = async (request: string): Promise<void> => {
        if (request.endsWith("/tag app:too")) await abortAndWait(abort);
      };
      await withDestination({ store, on, old }, abort.signal, async (to, { names }) => {
        await expect(commit(to)).rejects.toThrow("stop here");
        expect([...names]).toEqual([["app:flat", old]]);
      });
    });
  });
});
