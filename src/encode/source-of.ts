/** The layer that a plan copies from. Throws a plain Error if there is no such layer, or if it was not read. */
export function sourceOf<Source>(layers: readonly (Source | undefined)[], layer: number): Source {
  const source = layers[layer];
  if (source !== undefined) return source;
  throw new Error(`the plan copies from layer ${layer}, which is none of ${layers.length}, or unread`);
}
