import { expect, test } from 'vitest';
import { DISCONNECTED_DOCUMENT, recommissionDevice } from '../link/index.ts';
import { createMemoryStateStore } from '../testing/index.ts';
import { createRig } from './gateway-rig.testing.ts';
import {
  DISMISSAL_ANSWER_LIMIT_MS,
  DISMISSAL_BACKOFF,
  DISMISSAL_LIMIT_MS,
  DISMISSAL_REGISTRATION_MS,
} from './leaving/index.ts';
import { OUTBOX_DOCUMENT } from './outbox/index.ts';

const states = (rig: ReturnType<typeof createRig>): unknown[] =>
  rig.statuses().map(({ content }) => (content as { state: string }).state);

test('a device that is let go: every worker is told, the control plane hears, and the gateway ends', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.register('other');
  await rig.clock.advance(2_000);
  rig.command('disconnect');
  await rig.clock.advance(0);
  expect([...rig.hub.disconnected()].sort()).toEqual(['device', 'other']);
  expect(states(rig)).toEqual(['online', 'online', 'offline']);
  expect(rig.statuses().at(-1)).toMatchObject({
    content: { canonical_facts: { machine_id: 'machine' }, dispatchers: {} },
  });
  expect(rig.outcome).toBe('disconnected');
});

test('what workers send while they end their work is delivered before the last word', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.hang(true);
  rig.command('disconnect');
  await rig.clock.advance(60_000);
  const answer = await rig.hub.say('heartbeat', 'last');
  expect(answer.statusCode).toBe(200);
  rig.link.refuse('LINK_UNREACHABLE');
  expect(await rig.hub.say('heartbeat', 'very last')).toMatchObject({ statusCode: 202 });
  rig.link.refuse(undefined);
  expect(rig.outcome).toBeUndefined();
  await rig.clock.advance(DISMISSAL_LIMIT_MS - 60_000);
  expect(rig.sent('data').map(({ content }) => content)).toEqual(['last', 'very last']);
  expect([states(rig), rig.outcome]).toEqual([['online', 'offline'], 'disconnected']);
});

test('no configuration reaches a worker any more, and no status is said of what changes', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device', { pid: 1 });
  await rig.clock.advance(2_000);
  rig.hub.hang(true);
  rig.command('disconnect');
  await rig.clock.advance(0);
  rig.configure(1);
  rig.hub.hang(false);
  await rig.clock.advance(2_000);
  expect([rig.got(), states(rig)]).toEqual([[], ['online', 'online']]);
});

test('a worker that has not ended its work is asked again, for so long', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.fail('WORKER_UNREACHABLE');
  rig.command('disconnect');
  await rig.clock.advance(DISMISSAL_BACKOFF.maxMs * 10);
  expect([rig.outcome, rig.hub.disconnected().length > 5, states(rig)]).toEqual([undefined, true, ['online']]);
  rig.hub.fail(undefined);
  await rig.clock.advance(DISMISSAL_BACKOFF.maxMs);
  expect([rig.outcome, states(rig)]).toEqual(['disconnected', ['online', 'offline']]);
  const hopeless = createRig();
  await hopeless.start();
  hopeless.hub.register('device');
  hopeless.hub.hang(true);
  hopeless.command('disconnect');
  await hopeless.clock.advance(DISMISSAL_LIMIT_MS - 1);
  expect(hopeless.outcome).toBeUndefined();
  await hopeless.clock.advance(1);
  expect(hopeless.outcome).toBe('disconnected');
});

test('a worker that dies in the middle goes on when it is there again, and is waited for for a moment only', async () => {
  const start = async (): Promise<ReturnType<typeof createRig>> => {
    const rig = createRig();
    await rig.start();
    rig.hub.register('device', { pid: 1 });
    rig.hub.hang(true);
    rig.command('disconnect');
    await rig.clock.advance(0);
    rig.hub.fail('WORKER_UNREACHABLE');
    rig.hub.release(1);
    await rig.clock.advance(DISMISSAL_ANSWER_LIMIT_MS + DISMISSAL_BACKOFF.firstMs);
    rig.hub.fail(undefined);
    return rig;
  };
  const returned = await start();
  await returned.clock.advance(DISMISSAL_REGISTRATION_MS - 1);
  returned.hub.register('device', { pid: 2 });
  await returned.clock.advance(DISMISSAL_REGISTRATION_MS);
  expect([returned.outcome, returned.hub.disconnected()]).toEqual([undefined, ['device', 'device']]);
  returned.hub.hang(false);
  await returned.clock.advance(DISMISSAL_ANSWER_LIMIT_MS + DISMISSAL_BACKOFF.firstMs * 2);
  expect(returned.outcome).toBe('disconnected');
  const gone = await start();
  await gone.clock.advance(DISMISSAL_REGISTRATION_MS);
  expect(gone.outcome).toBe('disconnected');
});

test('it stays so through restarts, without a word, until it is commissioned again', async () => {
  const first = createRig();
  await first.start();
  await first.hub.say('heartbeat', 1);
  first.command('disconnect');
  await first.clock.advance(0);
  const { state } = first;
  expect([...state.documents().keys()]).toEqual([DISCONNECTED_DOCUMENT]);
  const second = createRig({ state });
  await second.start();
  expect([second.outcome, second.link.sent()]).toEqual(['disconnected', []]);
  await recommissionDevice(state);
  const third = createRig({ state });
  await third.start();
  expect([third.outcome, states(third)]).toEqual([undefined, ['online']]);
});

test('one that dies in the middle goes on where it was', async () => {
  const first = createRig();
  await first.start();
  first.hub.register('device');
  first.hub.hang(true);
  first.command('disconnect');
  await first.clock.advance(0);
  const second = createRig({ state: first.state });
  await second.start();
  await second.clock.advance(DISMISSAL_REGISTRATION_MS - 1);
  expect([second.outcome, second.link.isReceiving()]).toEqual([undefined, false]);
  second.hub.register('device');
  await second.clock.advance(0);
  expect([second.hub.disconnected(), states(second), second.outcome]).toEqual([
    ['device'],
    ['offline'],
    'disconnected',
  ]);
});

test('one that dies in the middle, and whose workers do not come again, ends all the same', async () => {
  const first = createRig();
  await first.start();
  first.hub.register('device');
  first.hub.hang(true);
  first.command('disconnect');
  await first.clock.advance(0);
  const second = createRig({ state: first.state });
  await second.start();
  await second.clock.advance(DISMISSAL_REGISTRATION_MS);
  expect([states(second), second.outcome]).toEqual([['offline'], 'disconnected']);
});

test('a control plane that is away hears it in the next run', async () => {
  const first = createRig();
  await first.start();
  first.link.refuse('LINK_UNREACHABLE');
  first.command('disconnect');
  await first.clock.advance(10_000);
  first.stop.abort();
  await first.clock.advance(0);
  expect(first.outcome).toBe('stopped');
  const second = createRig({ state: first.state });
  await second.start();
  expect([states(second), second.hub.isServing(), second.outcome]).toEqual([['offline'], false, 'disconnected']);
});

test('what waited in the outbox is gone with it', async () => {
  const rig = createRig();
  await rig.start();
  rig.link.refuse('LINK_UNREACHABLE');
  await rig.hub.say('heartbeat', 1);
  expect([...rig.state.documents().keys()]).toEqual([OUTBOX_DOCUMENT]);
  rig.command('disconnect');
  await rig.clock.advance(600_000);
  expect([[...rig.state.documents().keys()], rig.outcome]).toEqual([[DISCONNECTED_DOCUMENT], 'disconnected']);
});

test('one that is told to stop while its disk hangs does not wait for the disk for long', async () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  for (const leavingMs of [0, 31_000, 62_000]) {
    const memory = createMemoryStateStore();
    const rig = createRig({ state: { ...memory, write: never, remove: never } });
    await rig.start();
    rig.command('disconnect');
    await rig.clock.advance(leavingMs);
    rig.stop.abort();
    await rig.clock.advance(10_000);
    expect([leavingMs, rig.outcome]).toEqual([leavingMs, 'stopped']);
  }
});
