import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LinkState } from '@k4e/core/ports';
import { createMessage } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createWorkerLink } from '@k4e/link-yggdrasil';
import { expect, test } from 'vitest';
import { dataOf, startDispatcher, useTestDirectory } from '../dispatcher-rig.ts';

const rig = useTestDirectory();
const eventually = (check: () => unknown) => expect.poll(check, { timeout: 30_000, interval: 10 });

/** A program of ours as a process of its own. */
function run(program: string, address: string) {
  const file = join(import.meta.dirname, '..', 'programs', program);
  const child = spawn(process.execPath, ['--conditions=@k4e/source', file, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: unknown[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  rig.cleanups.push(kill);
  return { lines, kill };
}

test('a worker that is killed is gone at once; its successor registers, and gets what is new', async () => {
  const { hub } = await startDispatcher(rig);
  for (const id of ['1', '2', '3']) {
    const worker = run('worker-program.ts', hub.address);
    await eventually(() => hub.workers().length).toBe(1);
    await hub.send('device', dataOf({ messageId: id }));
    await eventually(() => worker.lines).toContain(id);
    await worker.kill();
    await eventually(() => hub.workers()).toEqual([]);
  }
});

test('a worker that is killed in the middle of many messages: each was taken or failed, and none hangs', async () => {
  const { hub } = await startDispatcher(rig);
  const worker = run('worker-program.ts', hub.address);
  await eventually(() => hub.workers().length).toBe(1);
  const outcomes: unknown[] = [];
  let sent = 0;
  const sendOn = async (): Promise<void> => {
    for (let isUp = true; isUp; sent++) {
      isUp = await hub.send('device', dataOf({ content: Buffer.from(JSON.stringify('x'.repeat(100_000))) })).then(
        () => true,
        (error: unknown) => outcomes.push(error) < 0,
      );
    }
  };
  const sending = Promise.all(Array.from({ length: 8 }, sendOn));
  await eventually(() => sent).toBeGreaterThan(20);
  await worker.kill();
  await sending;
  expect(outcomes).toHaveLength(8);
  for (const error of outcomes) expect(['WORKER_UNREACHABLE', 'NOT_FOUND']).toContain((error as { code: string }).code);
});

test('a dispatcher that is killed leaves a socket file behind; the next one takes its place, and the worker finds it', async () => {
  const address = join(rig.directory, 'd.sock');
  const states: LinkState['state'][] = [];
  const link = createWorkerLink({
    dispatcherAddress: address,
    handler: 'device',
    pid: process.pid,
    clock: createSystemClock(),
    logger: createMemoryLogger(),
    random: Math.random,
    backoff: { firstMs: 20, maxMs: 100, factor: 2, jitter: 0.5 },
  });
  rig.cleanups.push(() => link.close());
  const stop = new AbortController();
  const { signal } = stop;
  const received = link.receive({ signal, onState: ({ state }) => states.push(state) })[Symbol.asyncIterator]();
  const next = received.next();
  for (const id of ['1', '2']) {
    const dispatcher = run('dispatcher-program.ts', address);
    await eventually(() => dispatcher.lines.at(-1)).toEqual(['device']);
    await eventually(() => states.at(-1)).toBe('connected');
    await link.send('data', createMessage({ type: 'data', directive: 'd', content: 1 }, { nowMs: 0, id }));
    expect(dispatcher.lines).toContain(id);
    await dispatcher.kill();
    await eventually(() => states.at(-1)).toBe('waiting');
  }
  stop.abort();
  await next;
});
