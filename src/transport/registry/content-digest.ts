import { type Digest, isDigest } from "../../oci/digest.ts";
import type { HttpResponse } from "./exchange.ts";

/**
 * The digest that a registry names in a response. Undefined also if the header is no digest: some registries leave it
 * empty, or leave the algorithm out, and the specification lets clients ignore it.
 */
export function contentDigest(response: HttpResponse): Digest | undefined {
  const named = response.header("docker-content-digest");
  return named !== undefined && isDigest(named) ? named : undefined;
}
