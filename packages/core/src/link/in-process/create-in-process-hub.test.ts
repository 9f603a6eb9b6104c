import { expect, test, vi } from 'vitest';
import type { WorkerData } from '../../ports/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import { createInProcessHub } from './create-in-process-hub.ts';

const DATA: WorkerData = {
  messageId: 'm',
  responseTo: '',
  directive: 'device',
  metadata: {},
  content: new Uint8Array(),
};
const NEWS = { registered: () => undefined, waiting: () => undefined };
const GATEWAY = {
  onWorkersChanged: () => undefined,
  onData: () => Promise.resolve({ statusCode: 200, metadata: {} }),
};

test('what passes leaves no listener behind: a worker stays for as long as its process', async () => {
  const hub = createInProcessHub({ clock: createFakeClock() });
  const stop = new AbortController();
  const served = hub.serve(GATEWAY, stop);
  const pass = () => Promise.resolve();
  const connection = hub.connect(
    { handler: 'device', pid: 1, hasDetachedContent: false, features: {} },
    { onData: pass, onDisconnect: pass, onEvent: () => undefined },
    NEWS,
  );
  const added = vi.spyOn(EventTarget.prototype, 'addEventListener');
  const removed = vi.spyOn(EventTarget.prototype, 'removeEventListener');
  const { signal } = new AbortController();
  for (let times = 0; times < 10; times++) {
    await hub.send('device', DATA);
    await hub.disconnect('device', { signal });
    await hub.notify('device', { name: 'connection-restored' });
    await connection.say(DATA, { signal });
  }
  const left = added.mock.calls.length - removed.mock.calls.length;
  vi.restoreAllMocks();
  expect(left).toBe(0);
  stop.abort();
  await served;
});

test('a worker that goes takes no more, and has ended its work', async () => {
  const clock = createFakeClock();
  const hub = createInProcessHub({ clock });
  const stop = new AbortController();
  const served = hub.serve(GATEWAY, stop);
  const forever = () => new Promise<void>(() => undefined);
  const connection = hub.connect(
    { handler: 'device', pid: 1, hasDetachedContent: false, features: {} },
    { onData: forever, onDisconnect: forever, onEvent: () => undefined },
    NEWS,
  );
  const sent = expect(hub.send('device', DATA)).rejects.toMatchObject({ code: 'WORKER_UNREACHABLE' });
  const ended = expect(hub.disconnect('device')).resolves.toBeUndefined();
  connection.close();
  await Promise.all([sent, ended]);
  await expect(hub.disconnect('device')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(clock.pending()).toBe(0);
  stop.abort();
  await served;
});
