import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { file, type LayerFixture, layer } from "../tar-fixture.ts";
import { busyboxLayer } from "./bases.ts";
import type { Workshop } from "./workshop.ts";

/** An image written by test code, for layers that no builder writes. */
export interface CraftedImage {
  readonly name: string;
  /** Above a busybox base, bottom to top. */
  readonly layers: readonly LayerFixture[];
  readonly cmd: readonly string[];
}

/** Writes the image as an archive like `docker save` of Docker 1.10 to 24, and returns its path. */
export function writeCraftedArchive(workshop: Workshop, image: CraftedImage): string {
  const tars = [busyboxLayer(), ...image.layers].map((each) => each.tar());
  const config = JSON.stringify({
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    created: "2024-05-06T07:08:09Z",
    config: { Env: ["PATH=/bin"], Cmd: image.cmd, Labels: { crafted: image.name } },
    rootfs: { type: "layers", diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
    history: tars.map((_, at) => ({ created: "2024-05-06T07:08:09Z", created_by: `layer ${at}` })),
  });
  const manifest = [
    {
      Config: `${sha256(config)}.json`,
      RepoTags: [`crafted/${image.name}:latest`],
      Layers: tars.map((tar) => `${sha256(tar)}.tar`),
    },
  ];
  const archive = layer(
    ...tars.map((tar) => file(`${sha256(tar)}.tar`, tar)),
    file(`${sha256(config)}.json`, config),
    file("manifest.json", JSON.stringify(manifest)),
  );
  const path = join(workshop.folder, `${image.name}.tar`);
  writeFileSync(path, archive.tar());
  return path;
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
