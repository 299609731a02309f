import { defaultAclImage, inheritedAclImage } from "../support/corpus/crafted.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({ title: "default ACLs set in a later layer", make: async (shop) => defaultAclImage(shop) });

flattenMatrix({
  title: "default ACLs inherited by implied directories",
  make: async (shop) => inheritedAclImage(shop),
  // umoci removes inherited ACLs from whatever a tar lists.
  engines: ["docker20", "docker26", "docker26Containerd", "podman4", "podman5", "containerd"],
});
