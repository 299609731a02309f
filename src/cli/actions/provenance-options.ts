import type { FlattenOptions } from "../../index.ts";
import type { ProvenanceFlags } from "../commands/provenance-options.ts";
import { definedOnly } from "./run-options.ts";

/** What a result says of where it comes from, in the words of the library. */
export function provenanceOptions({ attestations, provenance, provenanceOut }: ProvenanceFlags): FlattenOptions {
  const told = provenanceOut === undefined ? undefined : "statement";
  return definedOnly<FlattenOptions>({ attestations, provenance: provenance === true ? "annotate" : told });
}
