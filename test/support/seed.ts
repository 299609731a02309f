import fc from "fast-check";

/** Fixed where results must repeat, else new with each run; a failure prints it, and `PLANISH_SEED` runs it again. */
export const seed = Number(process.env.PLANISH_SEED ?? (process.env.CI ? 20_261_121 : Date.now() % 2 ** 31));

/** Makes every property of the file use the seed, and says which one it is. */
export function useSeed(): void {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
  process.stdout.write(`property seed ${seed}\n`);
}
