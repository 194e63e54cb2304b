// Three projects: fast tests of the sources; acceptance tests of the build (workers, command line, exports, photos, pages in
// a browser); and those of them that take minutes, which run when REGRAFT_SLOW is set, as it is in CI.
import { defineConfig } from "vitest/config";

/** Each trains for real on all cores; side by side they would only wait for each other. */
const oneByOne = { fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 };

const slow = { name: "slow", include: ["test/slow/**/*.test.ts"], ...oneByOne, sequence: { groupOrder: 2 } };

if (!process.env.REGRAFT_SLOW)
  console.log("Skipped, as they take some ten minutes: the tests in test/slow. REGRAFT_SLOW=1 npm test runs them too.");

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/acceptance/**", "test/slow/**"],
          maxWorkers: "100%",
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "acceptance",
          include: ["test/acceptance/**/*.test.ts"],
          ...oneByOne,
          sequence: { groupOrder: 1 },
        },
      },
      ...(process.env.REGRAFT_SLOW ? [{ test: slow }] : []),
    ],
  },
});
