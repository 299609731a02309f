import type { CopyResult } from "../../index.ts";
import { countOf } from "../text/size.ts";

/** The number of attestations and artifacts; empty if there are none. */
export function othersFacts({ length }: CopyResult["others"]): [name: string, value: string][] {
  return length === 0 ? [] : [["also", countOf(length, "attestation or artifact", "attestations or artifacts")]];
}
