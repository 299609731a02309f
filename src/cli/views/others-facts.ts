import { type CopyResult, countOf } from "../../index.ts";
import type { Fact } from "../text/table.ts";

/** The number of attestations and artifacts; empty if there are none. */
export function othersFacts({ length }: CopyResult["others"]): Fact[] {
  return length === 0 ? [] : [["also", countOf(length, "attestation or artifact", "attestations or artifacts")]];
}
