import type { FlattenOptions } from "../../index.ts";
import type { ProvenanceFlags } from "../commands/provenance-options.ts";
import { definedOnly } from "./run-options.ts";

/** Provenance and attestations, as options of the library. */
export function provenanceOptions({ attestations, provenance, provenanceOut }: ProvenanceFlags): FlattenOptions {
  const told = provenanceOut === undefined ? undefined : "statement";
  return definedOnly<FlattenOptions>({ attestations, provenance: provenance === true ? "annotate" : told });
}
