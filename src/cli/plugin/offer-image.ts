import type { Operand } from "../completion/complete.ts";
import { imageCandidates } from "../completion/image-candidates.ts";
import { FILES, NO_FILES, type Offer } from "../completion/offer.ts";
import type { Surroundings } from "../surroundings.ts";

/** Completes both arguments of `docker flatten`: names of images in the daemon, and paths that begin like one. */
export async function offerImage({ beginning, flags }: Operand, surroundings: Surroundings): Promise<Offer> {
  if (/^[./]/.test(beginning)) return { candidates: [], directive: FILES };
  return { candidates: await imageCandidates("docker-daemon", flags, surroundings), directive: NO_FILES };
}
