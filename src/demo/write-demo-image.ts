import { dirname } from "node:path";
import { arch } from "node:process";
import { chunksOf } from "../bytes/chunks-of.ts";
import { guardIo } from "../bytes/io-error.ts";
import { makeFolder } from "../bytes/make-folder.ts";
import { checkArguments } from "../check-values.ts";
import { inStage } from "../errors.ts";
import type { RunOptions } from "../flatten-options.ts";
import { writeDockerManifest } from "../image/write-docker-manifest.ts";
import { type Descriptor, describeBytes } from "../oci/descriptor.ts";
import { layerMediaType } from "../oci/media-type.ts";
import { startRun } from "../run.ts";
import { openArchiveDestination } from "../transport/archive/archive-destination.ts";
import type { Destination } from "../transport/contracts.ts";
import { DOCKER_ARCHIVE } from "../transport/docker-archive/destination.ts";
import { reference } from "../transport/reference.ts";
import { demoConfig, stepTime } from "./demo-config.ts";
import { demoSteps } from "./demo-steps.ts";
import { demoTar } from "./demo-tar.ts";
import type { DemoArchitecture } from "./hello-program.ts";

/** The demo image that was written. */
export interface DemoImage {
  /** A reference to it. */
  readonly reference: string;
  readonly tag: string;
  readonly architecture: DemoArchitecture;
}

/** Options of {@link writeDemoImage}. */
export interface DemoOptions extends Pick<RunOptions, "signal"> {
  /** The architecture of the image; by default that of this machine if it is supported, else amd64. */
  readonly architecture?: DemoArchitecture;
}

const TAG = "planish-demo:latest";

/**
 * Writes a small image of six layers as `docker save` does, as an archive of uncompressed layers, and replaces an
 * existing file at `output`; missing folders are made. Its bytes depend on the architecture only. The image runs and
 * prints "Hello, World!".
 * @throws UsageError ARGUMENT_INVALID; TransportError DESTINATION_REFUSED, DISK_FULL, TRANSPORT_FAILED
 */
export async function writeDemoImage(output: string, options: DemoOptions = {}): Promise<DemoImage> {
  checkArguments({ output });
  await using run = startRun(options, { architecture: true });
  const { architecture = arch === "arm64" ? "arm64" : "amd64" } = options;
  return await inStage("write", async () => {
    const folder = dirname(output);
    await guardIo({ side: "destination", path: folder }, () => makeFolder(folder, 0o777));
    await using to = await openArchiveDestination(
      reference("docker-archive", output),
      { kind: DOCKER_ARCHIVE, force: true, source: undefined },
      run.context,
    );
    const root = await writeImage(to, architecture);
    const { text } = await to.commit(root, [TAG]);
    return { reference: text, tag: TAG, architecture };
  });
}

async function writeImage(to: Destination, architecture: DemoArchitecture): Promise<Descriptor> {
  const steps = demoSteps(architecture);
  const tars = steps.flatMap(({ entries }, step) => (entries === undefined ? [] : [demoTar(entries, stepTime(step))]));
  const layers = tars.map((tar) => describeBytes(layerMediaType("docker", "none"), tar));
  for (const [number, layer] of layers.entries())
    await to.writeBlob(layer, () => chunksOf(tars[number] ?? new Uint8Array()));

  return await writeDockerManifest(to, { configBytes: demoConfig(architecture, steps, tars), layers });
}
