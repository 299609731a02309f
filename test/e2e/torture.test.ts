import { tortureImage } from "../support/corpus/torture.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({
  title: "torture, built by Docker 20.10",
  make: (workshop) => tortureImage(workshop, workshop.engines.docker20),
});

flattenMatrix({
  title: "torture, built by Docker 26's BuildKit",
  make: (workshop) => tortureImage(workshop, workshop.engines.docker26),
  engines: ["docker26", "docker26Containerd", "podman5"],
});
