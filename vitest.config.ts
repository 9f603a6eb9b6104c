import { availableParallelism, totalmem } from 'node:os';
import { defineConfig } from 'vitest/config';

/** As Node resolves, our sources first: not `module`, whose files are for bundlers and do not run in Node. */
const resolve = { conditions: ['@k4e/source', 'node', 'import', 'default'] };
const ssr = { resolve };

/**
 * Kinds of test that start nothing but a tool: one file after the other in as many processes as there are processors. Modules
 * keep no state, so none has to be loaded anew for each file.
 */
const pure = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  isolate: false,
  maxWorkers: availableParallelism(),
  sequence: { groupOrder: 1 },
};

/** What a file on real parts starts at most: a control plane, an operator, an agent, a podman, MinIO. */
const FILE_MEMORY_BYTES = 2 * 1024 ** 3;
/** More are of no use: the longest file takes a tenth of the time of all. */
const MAX_FILES_AT_A_TIME = 8;

/**
 * Kinds of test that start real processes: after the others, as many files at a time as the machine has processors and memory
 * for, and with patience, since it is busy then. `VITEST_MAX_WORKERS` says another number.
 */
const real = {
  testTimeout: 120_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 30_000 } },
  maxWorkers: Math.max(
    1,
    Math.min(availableParallelism(), Math.floor(totalmem() / FILE_MEMORY_BYTES), MAX_FILES_AT_A_TIME),
  ),
  sequence: { groupOrder: 2 },
};

/**
 * Kinds of test that start virtual machines, last and one file at a time: where the processor is emulated, one machine takes all
 * that there is.
 */
const machines = { ...real, testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: 1, sequence: { groupOrder: 3 } };

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
            'test/power/**/*.test.ts',
          ],
          exclude: ['**/*.contract.test.ts', '**/node_modules/**'],
          ...pure,
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
      { resolve, ssr, test: { name: 'machines', include: ['test/machines/**/*.test.ts'], ...machines } },
    ],
  },
});
