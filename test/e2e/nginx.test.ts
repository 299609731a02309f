import { gzipped } from "../support/corpus/gzipped.ts";
import { nginxImage } from "../support/corpus/nginx.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({
  title: "nginx on Debian, built by Docker 20.10, with layers of gzip",
  make: async (workshop) => gzipped(workshop, await nginxImage(workshop, workshop.engines.docker20), 0.9),
});
