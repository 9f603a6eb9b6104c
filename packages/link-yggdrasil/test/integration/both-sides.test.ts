import type { LinkState, ReceivedMessage } from '@k4e/core/ports';
import { DISCONNECT_COMMAND, createMessage } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createWorkerLink } from '@k4e/link-yggdrasil';
import { expect, test } from 'vitest';
import { dataOf, startDispatcher, useTestDirectory } from '../dispatcher-rig.ts';

const rig = useTestDirectory();

async function start() {
  const heard: string[] = [];
  const served = await startDispatcher(
    rig,
    {},
    {
      onData: async ({ messageId }) => {
        heard.push(messageId);
        return { statusCode: messageId === 'kept' ? 202 : 200, metadata: {} };
      },
    },
  );
  const link = createWorkerLink({
    dispatcherAddress: served.hub.address,
    handler: 'device',
    pid: process.pid,
    clock: createSystemClock(),
    logger: createMemoryLogger(),
    random: Math.random,
  });
  rig.cleanups.push(() => link.close());
  const taken: ReceivedMessage[] = [];
  const states: LinkState[] = [];
  const stop = new AbortController();
  const receive = async (): Promise<void> => {
    const { signal } = stop;
    for await (const received of link.receive({ signal, onState: (state) => states.push(state) })) taken.push(received);
  };
  void receive();
  await expect.poll(() => states.at(-1)?.state).toBe('connected');
  return { ...served, link, taken, states, heard, stop };
}

const message = (id: string) => createMessage({ type: 'data', directive: 'heartbeat', content: 1 }, { nowMs: 0, id });
const offline = createMessage(
  { type: 'connection-status', content: { canonical_facts: {}, dispatchers: {}, state: 'offline', tags: {} } },
  { nowMs: 0, id: 'bye' },
);

test('messages pass in both directions, and one that is kept for later is not taken', async () => {
  const { hub, link, taken, heard } = await start();
  await hub.send('device', dataOf({ messageId: 'configuration' }));
  await expect.poll(() => taken).toMatchObject([{ channel: 'data', message: { message_id: 'configuration' } }]);
  await link.send('data', message('heartbeat'));
  await expect(link.send('data', message('kept'))).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
  expect(heard).toEqual(['heartbeat', 'kept']);
});

test('a device that leaves says its last words, and the gateway hears that it is clean, though the worker ends at once', async () => {
  const { hub, link, taken, heard, stop } = await start();
  const disconnected = hub.disconnect('device');
  await expect.poll(() => taken).toMatchObject([{ channel: 'control', message: { content: DISCONNECT_COMMAND } }]);
  stop.abort();
  await link.send('data', message('last words'));
  await link.send('control', offline);
  await link.close();
  hub.release(process.pid);
  await disconnected;
  expect(heard).toEqual(['last words']);
  expect(hub.workers()).toEqual([]);
});

test('what a worker takes in its last moment is known as taken', async () => {
  const { hub, link, taken } = await start();
  const sent = hub.send('device', dataOf());
  await expect.poll(() => taken.length, { interval: 1 }).toBe(1);
  await link.close();
  await sent;
});

test('the link is told of the control plane', async () => {
  const { hub, states } = await start();
  await hub.notify('device', { name: 'connection-lost', cause: 'it is away' });
  await hub.notify('device', { name: 'connection-restored' });
  await hub.notify('device', { name: 'device-unknown' });
  expect(states).toMatchObject([
    { state: 'connected' },
    { state: 'waiting', cause: 'it is away' },
    { state: 'connected' },
    { state: 'unknown-device' },
  ]);
});
