import { describe, expect, test } from 'vitest';
import { createDiscardMetrics, createFakeClock } from '../../testing/index.ts';
import { MAX_HELD_POLLS, MAX_HELD_POLLS_OF_DEVICE, SWEEP_INTERVAL_MS, createHeldPolls } from './held-polls.ts';

const KEY = 'default/d1';
const REF = { namespace: 'default', name: 'd1' };
const WAIT = { waitMs: 25_000 };

function create() {
  const clock = createFakeClock();
  return { clock, polls: createHeldPolls({ clock, metrics: createDiscardMetrics() }) };
}

describe('a poll that is held', () => {
  test('hears that it was rung for, also when that was before it listened', async () => {
    const { polls } = create();
    const poll = polls.admit(REF, WAIT);
    polls.ring('default/d2');
    polls.ring(KEY);
    polls.ring(KEY);
    expect(await poll?.rung()).toBe('rung');
    const next = poll?.rung();
    polls.ring(KEY);
    expect(await next).toBe('rung');
  });

  test('is over when its time is, at the next sweep', async () => {
    const { clock, polls } = create();
    const ends: number[] = [];
    for (const waitMs of [1, 24_500, 25_000])
      void polls
        .admit({ ...REF, name: `w${String(waitMs)}` }, { waitMs })
        ?.rung()
        .then((wake) => ends.push(wake === 'over' ? clock.monotonicMs() : NaN));
    await clock.advance(30_000);
    expect(ends).toEqual([SWEEP_INTERVAL_MS, 25_000, 25_000]);
  });

  test('can have a limit, which counts from the first of those that ask for one', async () => {
    const { clock, polls } = create();
    const poll = polls.admit(REF, WAIT);
    const first = poll?.rung({ limitMs: 2_000 });
    await clock.advance(1_500);
    polls.ring(KEY);
    expect(await first).toBe('rung');
    const second = poll?.rung({ limitMs: 2_000 });
    await clock.advance(500);
    expect(await second).toBe('late');
    const unlimited = poll?.rung();
    await clock.advance(WAIT.waitMs);
    expect(await unlimited).toBe('over');
  });

  test('is over when nobody waits for it any more, and when all are let go', async () => {
    const { polls } = create();
    const gone = new AbortController();
    const ends = [polls.admit(REF, { ...WAIT, signal: gone.signal })?.rung(), polls.admit(REF, WAIT)?.rung()];
    gone.abort();
    expect(await ends[0]).toBe('over');
    polls.close();
    expect(await ends[1]).toBe('over');
    expect(polls.admit(REF, WAIT)).toBeUndefined();
  });
});

describe('room', () => {
  test('is for a few polls of a device, and again when one has left', () => {
    const { polls } = create();
    const places = Array.from({ length: MAX_HELD_POLLS_OF_DEVICE }, () => polls.admit(REF, WAIT));
    expect(places.every((place) => place !== undefined)).toBe(true);
    expect(polls.admit(REF, WAIT)).toBeUndefined();
    expect(polls.admit({ ...REF, name: 'd2' }, WAIT)).toBeDefined();
    places[0]?.leave();
    places[0]?.leave();
    expect(polls.admit(REF, WAIT)).toBeDefined();
    expect(polls.admit(REF, WAIT)).toBeUndefined();
  });

  test('is for so many in all; one timer looks after them, and none when nobody waits', async () => {
    const { clock, polls } = create();
    const places = Array.from({ length: MAX_HELD_POLLS }, (_, index) =>
      polls.admit({ ...REF, name: `d${String(index)}` }, WAIT),
    );
    expect(polls.admit({ ...REF, name: 'late' }, WAIT)).toBeUndefined();
    expect(clock.pending()).toBe(1);
    for (const place of places) place?.leave();
    await clock.advance(SWEEP_INTERVAL_MS);
    expect(clock.pending()).toBe(0);
    expect(polls.admit({ ...REF, name: 'late' }, WAIT)).toBeDefined();
  });
});
