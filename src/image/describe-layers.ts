/** The layers of an image, for errors about one that it does not have: `layers 0 to 5`. */
export function describeLayers(count: number): string {
  if (count === 0) return "no layers";
  return count === 1 ? "one layer, 0" : `layers 0 to ${count - 1}`;
}
