import { gzipped } from "../support/corpus/gzipped.ts";
import { tortureImage } from "../support/corpus/torture.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({
  title: "torture with layers of gzip",
  make: async (workshop) => gzipped(workshop, await tortureImage(workshop, workshop.engines.docker20), 0),
  engines: ["docker20", "docker26Containerd", "podman4", "containerd"],
});
