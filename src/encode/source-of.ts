/** The layer that a plan copies from. Throws a plain Error if there is no such layer. */
export function sourceOf<Source>(layers: readonly Source[], layer: number): Source {
  const source = layers[layer];
  if (source === undefined) throw new Error(`the plan copies from layer ${layer}, but there are only ${layers.length}`);
  return source;
}
