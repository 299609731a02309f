import type { CopyResult } from "../../index.ts";
import { countOf } from "../text/size.ts";

/** How much there is besides images; nothing where there is nothing. */
export function othersFacts({ length }: CopyResult["others"]): [name: string, value: string][] {
  return length === 0 ? [] : [["also", countOf(length, "attestation or artifact", "attestations or artifacts")]];
}
