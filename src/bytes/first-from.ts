/** The index of the first of `ascending` offsets that is at least `offset`; their count if there is none. */
export function firstFrom(ascending: ArrayLike<number>, offset: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ascending[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
