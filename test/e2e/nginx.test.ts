import { nginxImage } from "../support/corpus/nginx.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({
  title: "nginx on Debian, built by Docker 20.10",
  make: (workshop) => nginxImage(workshop, workshop.engines.docker20),
});
