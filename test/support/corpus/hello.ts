import type { BuildingEngine } from "../engines/engine.ts";
import { addBusyboxBase } from "./bases.ts";
import { buildImage } from "./build-image.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

const RECIPE = {
  tag: "hello:1.0",
  dockerfile: `FROM scratch
ADD base.tar /
RUN echo "Hello, World!" > message.txt
CMD cat message.txt
`,
  fill: addBusyboxBase,
};

const PRINTS = "Hello, World!\n";

/** The smallest image worth flattening: a base, one command that writes a file, and a command that prints it. */
export async function helloImage(workshop: Workshop, builder: BuildingEngine): Promise<CorpusImage> {
  return { archive: await buildImage(workshop, { ...RECIPE, builder }), prints: PRINTS };
}

/** The same as an OCI layout in a tar, as the builder itself writes one. */
export async function helloOciImage(workshop: Workshop, builder: BuildingEngine): Promise<CorpusImage> {
  const archive = await buildImage(workshop, { ...RECIPE, builder, format: "oci" });
  return { archive, source: `oci-archive:${archive}`, prints: PRINTS };
}
