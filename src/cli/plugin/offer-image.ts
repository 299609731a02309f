import { NO_FILES, type Offer, type Operand } from "../completion/complete.ts";
import { imageCandidates } from "../completion/image-candidates.ts";
import type { Surroundings } from "../surroundings.ts";

/** Both arguments of `docker flatten` are names of the daemon's images. */
export async function offerImage({ flags }: Operand, surroundings: Surroundings): Promise<Offer> {
  return { candidates: await imageCandidates("docker-daemon", flags, surroundings), directive: NO_FILES };
}
