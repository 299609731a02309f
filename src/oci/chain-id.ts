import { type DiffId, sha256 } from "./digest.ts";

/** Identifies a layer together with all layers below it. image-spec config.md#layer-chainid */
export type ChainId = string & { readonly __brand: "ChainId" };

/** The chainIDs of a stack of layers, bottom first. */
export function chainIds(diffIds: readonly DiffId[]): ChainId[] {
  const chain: ChainId[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push((below === undefined ? diffId : sha256(`${below} ${diffId}`)) as string as ChainId);
  }
  return chain;
}
