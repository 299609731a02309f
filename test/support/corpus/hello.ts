import type { BuildingEngine } from "../engines/engine.ts";
import { addBusyboxBase } from "./bases.ts";
import { buildImage } from "./build-image.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

const DOCKERFILE = `FROM scratch
ADD base.tar /
RUN echo "Hello, World!" > message.txt
CMD cat message.txt
`;

/** The smallest image worth flattening: a base, one command that writes a file, and a command that prints it. */
export async function helloImage(workshop: Workshop, builder: BuildingEngine): Promise<CorpusImage> {
  const archive = await buildImage(workshop, {
    tag: "hello:1.0",
    dockerfile: DOCKERFILE,
    builder,
    fill: addBusyboxBase,
  });
  return { archive, prints: "Hello, World!\n" };
}
