import { defaultAclImage } from "../support/corpus/crafted.ts";
import { flattenMatrix } from "../support/flatten-matrix.ts";

flattenMatrix({ title: "default ACLs set in a later layer", make: async (shop) => defaultAclImage(shop) });
