import type { Operand } from "../completion/complete.ts";
import { imageCandidates } from "../completion/image-candidates.ts";
import { NO_FILES, type Offer } from "../completion/offer.ts";
import type { Surroundings } from "../surroundings.ts";

/** Completes both arguments of `docker flatten` with names of images in the daemon. */
export async function offerImage({ flags }: Operand, surroundings: Surroundings): Promise<Offer> {
  return { candidates: await imageCandidates("docker-daemon", flags, surroundings), directive: NO_FILES };
}
