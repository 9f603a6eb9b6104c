/**
 * A process that runs workers, for tests that take its life away: `DIRECTORY RUN_DIRECTORY`. Prints each pid whose end it has
 * heard of.
 */
import { writeSync } from 'node:fs';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createWorkerProcesses, workerEnvironment } from '../../src/host/workers/index.ts';

const [directory = '', runDirectory = ''] = process.argv.slice(2);
const surroundings = { socketAddress: 'unix:@none', configDir: '/etc/yggdrasil', logLevel: 'info', clientId: 'edge-1' };
await createWorkerProcesses({
  ...{ directory, runDirectory, environment: workerEnvironment(surroundings), random: () => 0 },
  ...{ clock: createSystemClock(), logger: createMemoryLogger() },
  hub: { release: (pid) => void writeSync(1, `${pid}\n`) },
}).run({ signal: new AbortController().signal });
