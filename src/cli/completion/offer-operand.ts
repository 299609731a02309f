import type { Surroundings } from "../surroundings.ts";
import type { Operand } from "./complete.ts";
import { imageCandidates } from "./image-candidates.ts";
import { FILES, NO_FILES, NO_SPACE, type Offer } from "./offer.ts";
import { offerPaths } from "./offer-paths.ts";

/** Candidates for the arguments of planish's commands, by the argument's name in the help. */
export async function offerOperand(operand: Operand, surroundings: Surroundings): Promise<Offer> {
  const name = operand.argument.name();
  if (operand.argument.argChoices !== undefined) {
    return { candidates: operand.argument.argChoices, directive: NO_FILES };
  }
  if (REFERENCES.has(name)) return offerReference(operand, surroundings);
  if (name === "place") return { candidates: ["docker-daemon", "podman"], directive: FILES };
  // Paths inside an image are not completed: the image would have to be read.
  return { candidates: [], directive: name === "path" ? NO_FILES : FILES };
}

const REFERENCES = new Set(["source", "destination", "image", "flat", "a", "b"]);

async function offerReference({ beginning, flags }: Operand, surroundings: Surroundings): Promise<Offer> {
  const [, transport, rest = ""] = /^([a-z-]+:)(.*)$/s.exec(beginning) ?? [];
  const engine = transport === undefined ? undefined : ENGINES[transport];
  if (engine !== undefined) {
    const names = await imageCandidates(engine, flags, surroundings);
    return { candidates: names.map((name) => transport + name), directive: NO_FILES };
  }
  if (transport !== undefined && PATHS.includes(transport)) return offerPaths(transport, rest);
  const names = await imageCandidates("docker-daemon", flags, surroundings);
  const transports = beginning === "" ? [] : TRANSPORTS.filter((each) => each.startsWith(beginning));
  const candidates = [...names.filter((each) => each.startsWith(beginning)), ...transports];
  return { candidates, directive: FILES + spaceAfter(candidates) };
}

const ENGINES: Readonly<Record<string, "docker-daemon" | "podman">> = {
  "docker-daemon:": "docker-daemon",
  "podman:": "podman",
};
const PATHS = ["docker-archive:", "oci-archive:", "oci:", "rootfs:"];
const TRANSPORTS = [...Object.keys(ENGINES), "container:", "podman-container:", "docker://", ...PATHS];

/** NO_SPACE if all candidates are transports, since more of the word follows. */
function spaceAfter(candidates: readonly string[]): number {
  return candidates.length > 0 && candidates.every((each) => TRANSPORTS.includes(each)) ? NO_SPACE : 0;
}
