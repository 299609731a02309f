/** Counts the bytes of a layer's blob that were read so far, in shared memory. */
export interface ByteCounter {
  /** The counter as plain data, to be passed to {@link sharedByteCounter} in another thread. */
  readonly shared: BigInt64Array;
  add(bytes: number): void;
  value(): number;
}

export function createByteCounter(): ByteCounter {
  return sharedByteCounter(new BigInt64Array(new SharedArrayBuffer(8)));
}

/** The same counter in another thread. */
export function sharedByteCounter(shared: BigInt64Array): ByteCounter {
  return {
    shared,
    add(bytes) {
      Atomics.add(shared, 0, BigInt(bytes));
    },
    value: () => Number(Atomics.load(shared, 0)),
  };
}
