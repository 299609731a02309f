import { helloImage } from "../support/corpus/hello.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({
  title: "hello, built and saved by Docker 20.10",
  make: (workshop) => helloImage(workshop, workshop.engines.docker20),
});

flattenMatrix({
  title: "hello, built by BuildKit and saved with its index by Docker 26's containerd store",
  make: (workshop) => helloImage(workshop, workshop.engines.docker26Containerd),
});

flattenMatrix({
  title: "hello, built and saved by podman 5",
  make: (workshop) => helloImage(workshop, workshop.engines.podman5),
});
