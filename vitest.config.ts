import { defineConfig } from 'vitest/config';

/** As Node resolves, our sources first: not `module`, whose files are for bundlers and do not run in Node. */
const resolve = { conditions: ['@k4e/source', 'node', 'import', 'default'] };
const ssr = { resolve };

/** Kinds of test that start real processes run one file at a time: they share the machine's podman and two cores. */
const real = { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/{properties,scenario}/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.contract.test.ts', '**/node_modules/**'],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'contract',
          include: ['packages/**/*.contract.test.ts'],
          exclude: ['**/node_modules/**'],
          ...real,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: ['packages/*/test/integration/**/*.test.ts', 'test/integration/**/*.test.ts'],
          ...real,
        },
      },
      { resolve, ssr, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...real } },
    ],
  },
});
