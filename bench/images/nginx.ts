import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addDebianBase } from "../../test/support/corpus/bases.ts";
import type { Recipe } from "./recipe.ts";

/**
 * The image that tutorials flatten: Debian, curl and nginx in separate steps, a page, and every kind of setting.
 */
export const nginx: Recipe = {
  name: "nginx",
  title: "nginx",
  dockerfile: `FROM scratch
ADD base.tar /
ENV DEBIAN_FRONTEND=noninteractive
LABEL maintainer="planish" org.opencontainers.image.title="nginx on Debian"
RUN apt-get update && apt-get install -y --install-recommends curl vim
RUN apt-get install -y --install-recommends nginx-full
WORKDIR /var/www/html
ADD index.html /var/www/html/index.html
EXPOSE 80
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 CMD curl -fsS http://127.0.0.1/ || exit 1
CMD ["nginx", "-g", "daemon off;"]
`,
  fill(context) {
    addDebianBase(context);
    writeFileSync(join(context, "index.html"), "<h1>Flat, and nothing lost.</h1>\n");
  },
};
