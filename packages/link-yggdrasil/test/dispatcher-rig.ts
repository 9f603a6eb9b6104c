import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerAnswer, WorkerData, WorkerHub, WorkerHubListener } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createDispatcher } from '@k4e/link-yggdrasil';
import type { DispatcherOptions } from '@k4e/link-yggdrasil';
import { afterEach, beforeEach } from 'vitest';
import { startRawWorker } from './raw-yggdrasil/index.ts';
import type { RawWorkerOptions } from './raw-yggdrasil/index.ts';

export const TAKEN: WorkerAnswer = { statusCode: 200, metadata: {} };

export const dataOf = (parts: Partial<WorkerData> = {}): WorkerData => ({
  messageId: 'm-1',
  responseTo: '',
  directive: 'device',
  metadata: {},
  content: Buffer.from('{"a":1}'),
  ...parts,
});

/** The code of what a call rejects with; `resolved` if it does not. */
export const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

/** A directory for the sockets of a test, and what is undone after it. */
export function useTestDirectory() {
  const current = { directory: '', cleanups: [] as (() => unknown)[] };
  beforeEach(async () => {
    current.directory = await mkdtemp(join(tmpdir(), 'k4e-ygg-'));
    current.cleanups = [];
  });
  afterEach(async () => {
    for (const clean of current.cleanups.reverse()) await clean();
    await rm(current.directory, { recursive: true, force: true });
  });
  return current;
}

/** A dispatcher that serves, until the test is over. */
export async function startDispatcher(
  { directory, cleanups }: ReturnType<typeof useTestDirectory>,
  options: Partial<DispatcherOptions> = {},
  listener: Partial<WorkerHubListener> = {},
) {
  const logger = createMemoryLogger();
  const hub = createDispatcher({ address: join(directory, 'd.sock'), clock: createSystemClock(), logger, ...options });
  const asPort: WorkerHub = hub;
  const stop = new AbortController();
  const sets: string[][] = [];
  const listening = Promise.withResolvers<undefined>();
  const done = asPort.serve(
    {
      onListening: () => listening.resolve(undefined),
      onWorkersChanged: () => sets.push(hub.workers().map(({ handler }) => handler)),
      onData: () => Promise.resolve(TAKEN),
      ...listener,
    },
    { signal: stop.signal },
  );
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  cleanups.push(() => end().catch(() => undefined));
  await Promise.race([listening.promise, done]);
  const addWorker = async (worker: RawWorkerOptions = {}) => {
    const raw = await startRawWorker(hub.address, worker);
    cleanups.push(() => raw.die());
    if (raw.registered) await raw.listen();
    return raw;
  };
  return { hub, logger, sets, end, addWorker };
}
