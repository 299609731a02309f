import fc from "fast-check";

/** Fixed under CI, otherwise new with each run; `PLANISH_SEED` repeats a run. */
export const seed = Number(process.env.PLANISH_SEED ?? (process.env.CI ? 20_261_121 : Date.now() % 2 ** 31));

/** Makes every property of the file use the seed, and prints it. */
export function useSeed(): void {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
  process.stdout.write(`property seed ${seed}\n`);
}
