import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          globalSetup: "test/build-setup.ts",
          setupFiles: "test/keep-type-stripper.ts",
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // By default vitest leaves one core free: on two cores that is one file after another, and after the engines.
          maxWorkers: "100%",
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/e2e/global-setup.ts",
          setupFiles: "test/keep-type-stripper.ts",
          // After the unit tests, alone: the engines want both cores.
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
          maxWorkers: 1,
          // How many engines the tests of one file may keep at work, where they run side by side.
          maxConcurrency: 2,
        },
      },
    ],
  },
});
