const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
const MODULUS = 2 ** 32;

/** Numbers in [0, 1), the same ones for the same seed: a linear congruential generator, good enough to choose moments. */
export function seededRandom(seed: number): () => number {
  let state = seed % MODULUS;
  return () => {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    return state / MODULUS;
  };
}
