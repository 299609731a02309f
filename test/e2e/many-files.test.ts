import { manyFilesImage } from "../support/corpus/many-files.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({
  title: "50,000 small files",
  make: (workshop) => manyFilesImage(workshop, workshop.engines.docker20),
  engines: ["docker20", "docker26Containerd", "podman5"],
});
