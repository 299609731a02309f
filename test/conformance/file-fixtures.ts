import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_SERVERS } from "../../src/transport/servers.ts";
import { contents } from "../support/hard-places.ts";
import type { FixtureBlob } from "../support/image-fixture.ts";
import type { TransportFixture } from "./transport-fixture.ts";

/** A transport of files below a folder. */
export interface FileTransportFixture extends TransportFixture {
  /** The file or folder that is written for an image `name`. */
  path(folder: string, name: string): string;
}

export const DOCKER_ARCHIVE = files("docker-archive", { family: "docker", index: false, suffix: ".tar" });
export const OCI_ARCHIVE = files("oci-archive", { family: "oci", index: true, suffix: ".tar" });
export const OCI_LAYOUT = files("oci", { family: "oci", index: true, suffix: "" });

interface FileWords extends Pick<TransportFixture, "family" | "index"> {
  readonly suffix: string;
}

function files(transport: string, { suffix, ...words }: FileWords): FileTransportFixture {
  const path = (folder: string, name: string): string => join(folder, `${name}${suffix}`);
  return {
    ...words,
    ...{ keeps: "blobs", local: true, refusedBlob: "is forgotten", closed: false },
    path,
    open: async (folder) => ({
      servers: NO_SERVERS,
      tags: ["app:1"],
      target: (name) => `${transport}:${path(folder, name)}`,
      namesOf: () => ["app:1"],
      visible: async () => readdirSync(folder).filter((name) => !/^(\.|planish-)/.test(name)),
      traces: async () => readdirSync(folder).filter((name) => name.startsWith(".")),
      identity: async (name) => contents(path(folder, name)),
      tamper: async (blob) => changeStored(folder, blob),
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/** Changes a byte of a blob below a folder, in a file of its own or inside another file. */
export function changeStored(folder: string, { bytes }: FixtureBlob): void {
  let changed = 0;
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, path);
    if (!statSync(file).isFile()) continue;
    const held = readFileSync(file);
    const at = held.indexOf(bytes);
    if (at === -1) continue;
    held.writeUInt8(255 - held.readUInt8(at + 20), at + 20);
    writeFileSync(file, held);
    changed += 1;
  }
  if (changed !== 1) throw new Error(`the blob lies in ${changed} files`);
}
