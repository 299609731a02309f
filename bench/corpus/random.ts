/** A pseudorandom generator, the same on every machine. */
export interface Random {
  /** An integer, 0 ≤ n < limit. */
  below(limit: number): number;
  /** A number, 0 ≤ x < 1. */
  unit(): number;
}

const MODULUS = 2 ** 31 - 1;

/** The minimal standard generator of Park and Miller: all intermediate values are below 2⁵³. */
export function createRandom(seed: number): Random {
  let state = (seed % (MODULUS - 1)) + 1;
  const unit = (): number => {
    state = (state * 48_271) % MODULUS;
    return state / MODULUS;
  };
  return { unit, below: (limit) => Math.floor(unit() * limit) };
}
