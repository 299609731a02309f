import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildingEngine } from "../engines/engine.ts";
import { addDebianBase } from "./bases.ts";
import { buildImage } from "./build-image.ts";
import type { CorpusImage, Workshop } from "./workshop.ts";

const PAGE = "<h1>Flat, and nothing lost.</h1>";

const DOCKERFILE = `FROM scratch
ADD base.tar /
ENV DEBIAN_FRONTEND=noninteractive
LABEL maintainer="planish" org.opencontainers.image.title="nginx on Debian"
RUN apt-get update && apt-get install -y curl
RUN apt-get install -y nginx
WORKDIR /var/www/html
ADD index.html /var/www/html/index.html
VOLUME /var/log/nginx
EXPOSE 80
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=1s --timeout=3s --retries=30 CMD curl -fsS http://127.0.0.1/ || exit 1
CMD ["nginx", "-g", "daemon off;"]
`;

/** A Debian base, two apt layers, a page, and every kind of setting that an export of a container would lose. */
export async function nginxImage(workshop: Workshop, builder: BuildingEngine): Promise<CorpusImage> {
  const fill = (context: string): void => {
    addDebianBase(context);
    writeFileSync(join(context, "index.html"), `${PAGE}\n`);
  };
  const archive = await buildImage(workshop, { tag: "example/nginx:flat-me", dockerfile: DOCKERFILE, builder, fill });
  return { archive, healthCheckPrints: PAGE };
}
