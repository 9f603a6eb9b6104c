import { K4eError } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';
import { createLinkStateReporter } from '@k4e/core/link';
import type { LinkState } from '@k4e/core/ports';
import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { keepConnected } from './keep-connected.ts';
import { CONNECT_BACKOFF, STEADY_MS } from './mqtt-link.ts';

/** A device whose tries to connect the test answers. */
function start() {
  const clock = createFakeClock();
  const states: LinkState[] = [];
  const stop = new AbortController();
  let resting: K4eError | undefined;
  let tried = Promise.withResolvers<{ over: Promise<K4eError> }>();
  let over = Promise.withResolvers<K4eError>();
  let tries = 0;
  const connection = {
    session: () => {
      tries++;
      tried = Promise.withResolvers();
      return tried.promise;
    },
    rest: (failure: K4eError) => void (resting = failure),
    wake: () => void (resting = undefined),
  };
  const reporter = createLinkStateReporter(createMemoryLogger(), (state) => states.push(state));
  const parts = { connection, reporter, clock, random: () => 0, backoff: CONNECT_BACKOFF };
  const done = keepConnected(parts, stop.signal);
  return {
    ...{ clock, states, stop, done },
    tries: () => tries,
    isResting: () => resting !== undefined,
    refuse: async (code: ErrorCode = 'LINK_UNREACHABLE') => {
      tried.reject(new K4eError(code, { message: 'no' }));
      await clock.advance(0);
    },
    accept: async () => {
      over = Promise.withResolvers();
      tried.resolve({ over: over.promise });
      await clock.advance(0);
    },
    lose: async () => {
      over.resolve(new K4eError('LINK_UNREACHABLE', { message: 'lost' }));
      await clock.advance(0);
    },
    waits: () => states.flatMap((state) => (state.state === 'waiting' ? [state.retryInMs] : [])),
  };
}

test('tries that fail come less and less often, and there is nothing to be had in between', async () => {
  const rig = start();
  for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    await rig.refuse();
    expect([rig.waits().at(-1), rig.isResting()]).toEqual([waitMs, true]);
    await rig.clock.advance(waitMs);
    expect(rig.isResting()).toBe(false);
  }
  expect(rig.tries()).toBe(8);
});

test('a refusal waits longest', async () => {
  const rig = start();
  await rig.refuse('LINK_REFUSED');
  expect(rig.waits()).toEqual([CONNECT_BACKOFF.maxMs]);
});

test('a connection that held is tried again soon; one that did not counts as a failure', async () => {
  const rig = start();
  for (const heldMs of [STEADY_MS - 1, STEADY_MS - 1, STEADY_MS, STEADY_MS - 1]) {
    await rig.accept();
    expect(rig.states.at(-1)).toEqual({ state: 'connected' });
    await rig.clock.advance(heldMs);
    await rig.lose();
    expect(rig.states.at(-1)).toMatchObject({ state: 'waiting', cause: 'lost' });
    await rig.clock.advance(rig.waits().at(-1) ?? 0);
  }
  expect(rig.waits()).toEqual([1_000, 2_000, 1_000, 2_000]);
});

test.each(['a try', 'a connection', 'a wait'])('the signal ends it in the middle of %s', async (moment) => {
  const rig = start();
  if (moment === 'a connection') await rig.accept();
  if (moment === 'a wait') await rig.refuse();
  rig.stop.abort();
  await rig.done;
  expect([rig.clock.pending(), rig.isResting()]).toEqual([0, false]);
});
