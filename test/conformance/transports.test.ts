import { join } from "node:path";
import { transportSuite } from "./transport-suite.ts";

transportSuite("docker-archive", {
  family: "docker",
  target: (folder, name) => `docker-archive:${join(folder, `${name}.tar`)}`,
});

transportSuite("oci-archive", {
  family: "oci",
  target: (folder, name) => `oci-archive:${join(folder, `${name}.tar`)}`,
});

transportSuite("oci", {
  family: "oci",
  target: (folder, name) => `oci:${join(folder, name)}`,
});
