import type { BuildingEngine } from "../engines/engine.ts";
import { addBusyboxBase } from "./bases.ts";
import { buildImage } from "./build-image.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

const DOCKERFILE = `FROM scratch
ADD base.tar /
RUN mkdir /many && cd /many && for d in $(seq 500); do mkdir $d; for f in $(seq 100); do echo $d $f > $d/$f; done; done
RUN cd /many && rm -rf 1 2 3 && rm 4/*5 && for d in 5?; do echo new > $d/7; done
RUN cd /many && chmod 600 9*/1 && mkdir 1 && echo back > 1/1
RUN mv /many/100 /many/moved && ln /many/200/1 /many/200/again
CMD find /many -type f | wc -l
`;

/** 50,000 small files, of which later layers remove, replace, change and move some. */
export async function manyFilesImage(workshop: Workshop, builder: BuildingEngine): Promise<CorpusImage> {
  const archive = await buildImage(workshop, {
    tag: "many-files:1.0",
    dockerfile: DOCKERFILE,
    builder,
    fill: addBusyboxBase,
  });
  return { archive, prints: "49692\n" };
}
