import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_HELD_POLLS_OF_DEVICE } from '@k4e/core/control-plane';
import type { PollReply } from '@k4e/core/control-plane';
import type { Channel, PollWish } from '@k4e/core/protocol';
import { EDGE_DEVICE } from '@k4e/core/resources';
import { startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

const DEVICE = 'd1';
const WAIT_SECONDS = 25;

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
  await fleet.register(DEVICE);
  await fleet.live(DEVICE, { features: ['confirms-disconnect'] });
});
afterEach(() => fleet.stop());

/** A poll, and what has come of it so far. */
function ask(channel: Channel, wish: Partial<PollWish> = {}, signal?: AbortSignal) {
  const poll: { reply?: PollReply; error?: unknown } = {};
  const options = signal === undefined ? {} : { signal };
  fleet.controlPlane.edgeApi.poll(channel, DEVICE, { waitSeconds: WAIT_SECONDS, ...wish }, options).then(
    (reply) => (poll.reply = reply),
    (error: unknown) => (poll.error = error),
  );
  return poll;
}

async function tagOf(channel: Channel): Promise<string> {
  const poll = ask(channel);
  await fleet.clock.advance(0);
  return poll.reply?.tag ?? 'none';
}

const textOf = ({ reply }: { readonly reply?: PollReply }): string => JSON.stringify(reply);

describe('a device that says what it has', () => {
  test('is answered at once when it has nothing, or something else', async () => {
    for (const tag of [undefined, 'another.1', 'another']) {
      const poll = ask('data', { tag });
      await fleet.clock.advance(0);
      expect(poll.reply).toMatchObject({ isUnchanged: false, isHeld: true, message: { type: 'data' } });
    }
  });

  test('waits for a change of what it is to have, and not for what concerns others', async () => {
    const poll = ask('data', { tag: await tagOf('data') });
    await fleet.deploy('other', { device: 'd2' });
    await fleet.live(DEVICE, { features: ['confirms-disconnect'], workloads: [] });
    await fleet.clock.advance(2_000);
    expect(poll).toEqual({});
    await fleet.deploy('web', { device: DEVICE });
    await fleet.clock.advance(100);
    expect(textOf(poll)).toContain('"name":"web"');
    const after = ask('data', { tag: poll.reply?.tag ?? '' });
    await fleet.clock.advance(100);
    expect(after).toEqual({});
    await fleet.deploy('web', { device: DEVICE, data: { paths: [{ source: 'a', target: 'b' }] } });
    await fleet.clock.advance(100);
    expect(textOf(after)).toContain('"target":"b"');
  });

  test('is told when the time is over that nothing has changed, and may ask again', async () => {
    const tag = await tagOf('data');
    const poll = ask('data', { tag });
    await fleet.clock.advance(WAIT_SECONDS * 1_000 - 2_000);
    expect(poll).toEqual({});
    await fleet.clock.advance(3_000);
    expect(poll.reply).toEqual({ isUnchanged: true, tag, isHeld: true });
  });

  test('that does not want to wait is told at once', async () => {
    const tag = await tagOf('data');
    const poll = ask('data', { tag, waitSeconds: 0 });
    await fleet.clock.advance(0);
    expect(poll.reply).toEqual({ isUnchanged: true, tag, isHeld: false });
  });

  test('with something newer than this replica knows is not sent back to what was before', async () => {
    const [name = '', revision = ''] = (await tagOf('data')).split('.');
    const ahead = ask('data', { tag: `0123456789abcdef.${String(Number(revision) + 50)}` });
    await fleet.clock.advance(1_000);
    expect(ahead).toEqual({});
    await fleet.clock.advance(WAIT_SECONDS * 1_000);
    expect(ahead.reply).toMatchObject({ isUnchanged: false, tag: expect.stringContaining(name) as string });
  });

  test('is let go with the others when the server ends, and held no more', async () => {
    const tag = await tagOf('data');
    const poll = ask('data', { tag });
    await fleet.clock.advance(0);
    fleet.controlPlane.edgeApi.letGo();
    await fleet.clock.advance(0);
    expect(poll.reply).toEqual({ isUnchanged: true, tag, isHeld: true });
    const late = ask('data', { tag });
    await fleet.clock.advance(0);
    expect(late.reply).toEqual({ isUnchanged: true, tag, isHeld: false });
  });

  test('over and over is answered at once: there is room for a few polls of a device only', async () => {
    const tag = await tagOf('data');
    const polls = Array.from({ length: MAX_HELD_POLLS_OF_DEVICE + 2 }, () => ask('data', { tag }));
    await fleet.clock.advance(0);
    expect(polls.filter(({ reply }) => reply === undefined)).toHaveLength(MAX_HELD_POLLS_OF_DEVICE);
    expect(polls.at(-1)?.reply).toMatchObject({ isUnchanged: true, isHeld: false });
  });

  test('and goes away makes room', async () => {
    const tag = await tagOf('data');
    const gone = new AbortController();
    const polls = Array.from({ length: MAX_HELD_POLLS_OF_DEVICE }, () => ask('data', { tag }, gone.signal));
    await fleet.clock.advance(0);
    gone.abort();
    await fleet.clock.advance(0);
    expect(polls.every(({ reply }) => reply !== undefined)).toBe(true);
    const next = ask('data', { tag });
    await fleet.clock.advance(0);
    expect(next).toEqual({});
  });
});

test('a device that is deleted hears of it in its polls, empties itself, and is told to go', async () => {
  await fleet.deploy('web', { device: DEVICE });
  await fleet.clock.advance(100);
  await fleet.live(DEVICE, { features: ['confirms-disconnect'] });
  const data = ask('data', { tag: await tagOf('data') });
  const control = ask('control', { tag: await tagOf('control') });
  await fleet.clock.advance(100);
  expect([data, control]).toEqual([{}, {}]);
  await fleet.store.delete(EDGE_DEVICE, { namespace: 'default', name: DEVICE });
  await fleet.clock.advance(500);
  expect(data.reply).toMatchObject({ isUnchanged: false });
  expect(textOf(data)).not.toContain('"name":"web"');
  expect(control.reply).toMatchObject({ isUnchanged: false, message: { content: { command: 'disconnect' } } });
  const last = ask('data', { tag: data.reply?.tag ?? '' });
  await fleet.clock.advance(0);
  expect(last).toEqual({});
  await fleet.controlPlane.edgeApi.acceptControl(DEVICE, {
    type: 'connection-status',
    content: { state: 'offline' },
  });
  await fleet.clock.advance(500);
  expect(last.error).toMatchObject({ code: 'NOT_FOUND' });
});
