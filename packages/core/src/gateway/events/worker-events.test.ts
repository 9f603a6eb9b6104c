import { describe, expect, test } from 'vitest';
import { createRig } from '../gateway-rig.testing.ts';

const waiting = (cause: string) => ({ state: 'waiting', cause, retryInMs: 1 }) as const;

async function start() {
  const rig = createRig();
  await rig.start();
  const tell = async (...states: Parameters<typeof rig.link.tell>[0][]): Promise<void> => {
    for (const state of states) rig.link.tell(state);
    await rig.clock.advance(0);
  };
  const heard = (name: string) =>
    rig.hub.events().flatMap(({ handler, event }) => (handler === name ? [event.name] : []));
  return { ...rig, tell, heard };
}

test('workers hear that the control plane is lost, once and why, and that it is found again', async () => {
  const { hub, tell, heard } = await start();
  await tell({ state: 'connected' });
  hub.register('device');
  await tell(waiting('ECONNREFUSED'), waiting('ETIMEDOUT'));
  const event = { name: 'connection-lost', cause: 'ECONNREFUSED', retryInMs: 1 };
  expect(hub.events()).toEqual([{ handler: 'device', event }]);
  await tell({ state: 'connected' });
  expect(heard('device')).toEqual(['connection-lost', 'connection-restored']);
});

test('a worker that is there before the control plane hears when it comes', async () => {
  const { hub, tell, heard } = await start();
  hub.register('device');
  await tell({ state: 'connected' });
  expect(heard('device')).toEqual(['connection-restored']);
});

test('a worker that registers hears what is amiss, and nothing when all is well', async () => {
  const { hub, clock, tell, heard } = await start();
  await tell(waiting('away'));
  hub.register('early');
  await clock.advance(0);
  await tell({ state: 'connected' });
  hub.register('late');
  await clock.advance(0);
  expect([heard('early'), heard('late')]).toEqual([['connection-lost', 'connection-restored'], []]);
});

test('a worker that registers late in an outage hears how it is by then', async () => {
  const { hub, clock, tell } = await start();
  hub.register('early');
  await tell(waiting('ECONNREFUSED'));
  await tell({ state: 'waiting', cause: 'ETIMEDOUT', retryInMs: 30_000 });
  hub.register('late');
  await clock.advance(0);
  expect(hub.events().map(({ handler, event }) => [handler, event])).toEqual([
    ['early', { name: 'connection-lost', cause: 'ECONNREFUSED', retryInMs: 1 }],
    ['late', { name: 'connection-lost', cause: 'ETIMEDOUT', retryInMs: 30_000 }],
  ]);
});

test('that the device is not known is said each time', async () => {
  const { hub, tell, heard } = await start();
  hub.register('device');
  await tell({ state: 'unknown-device' });
  await tell({ state: 'unknown-device' });
  expect(heard('device')).toEqual(['device-unknown', 'device-unknown']);
});

describe('a worker that is slow to hear', () => {
  test('holds up no other, and is told the newest only', async () => {
    const { hub, tell, heard } = await start();
    const told: string[] = [];
    let letGo = (): void => undefined;
    const slow = new Promise<void>((resolve) => (letGo = resolve));
    const notify = hub.notify.bind(hub);
    hub.notify = async (handler, event, options) => {
      if (handler === 'slow') {
        told.push(event.name);
        await slow;
      }
      return notify(handler, event, options);
    };
    hub.register('slow');
    hub.register('other');
    for (let i = 0; i < 10; i++) await tell(waiting('away'), { state: 'connected' });
    await tell({ state: 'unknown-device' });
    expect([told, heard('other').length]).toEqual([['connection-lost'], 21]);
    letGo();
    await tell();
    expect(heard('slow')).toEqual(['connection-lost', 'device-unknown']);
  });

  test('or cannot be told, is a line in the log, and is told what comes next', async () => {
    const { hub, tell, heard, warnings } = await start();
    hub.register('device');
    hub.fail('WORKER_UNREACHABLE');
    await tell(waiting('away'));
    hub.fail(undefined);
    await tell({ state: 'connected' });
    expect([warnings(), heard('device')]).toEqual([
      ['the control plane does not answer as it should', 'a worker does not hear of the control plane'],
      ['connection-restored'],
    ]);
  });

  test('and cannot be told after all, is told what came meanwhile', async () => {
    const { hub, tell } = await start();
    const told: string[] = [];
    let giveUp = (): void => undefined;
    hub.notify = (_handler, event) => {
      told.push(event.name);
      if (told.length > 1) return Promise.resolve();
      return new Promise((_resolve, reject) => (giveUp = () => reject(new Error('too slow'))));
    };
    hub.register('device');
    await tell(waiting('away'));
    await tell({ state: 'connected' });
    giveUp();
    await tell();
    expect(told).toEqual(['connection-lost', 'connection-restored']);
  });
});
