import { describe, expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import { MAX_WAITING_COMMANDS } from '../inbox/index.ts';
import type { ReceivedMessage } from '../../ports/index.ts';
import { command, configuration, createRig, unreachable } from './link-rig.testing.ts';
import { MAX_CAUSE_LENGTH } from '../state/index.ts';
import {
  DEFAULT_POLL_INTERVAL_MS,
  INTERVAL_JITTER,
  MAX_POLL_INTERVAL_MS,
  MIN_LOOK_SPACING_MS,
  MIN_POLL_INTERVAL_MS,
  POLL_BACKOFF,
  UNKNOWN_DEVICE_INTERVAL_MS,
} from './poll-timing.ts';

describe('the pace', () => {
  test('both channels are looked at at once, and then by the interval', async () => {
    const { clock, looks, takeAll } = createRig();
    void takeAll();
    await clock.advance(0);
    expect(looks).toEqual({ data: [0], control: [0] });
    await clock.advance(20_000);
    expect(looks).toEqual({ data: [0, 10_000, 20_000], control: [0, 10_000, 20_000] });
  });

  test('jitter shortens an interval by at most its share', async () => {
    const { clock, looks, takeAll } = createRig({ share: 0.999_999 });
    void takeAll();
    await clock.advance(10_000);
    expect(looks.data).toEqual([0, 10_000 * (1 - INTERVAL_JITTER)]);
  });

  test.each([
    [NaN, DEFAULT_POLL_INTERVAL_MS],
    [0, MIN_POLL_INTERVAL_MS],
    [-5, MIN_POLL_INTERVAL_MS],
    [MIN_POLL_INTERVAL_MS - 1, MIN_POLL_INTERVAL_MS],
    [MAX_POLL_INTERVAL_MS + 1, MAX_POLL_INTERVAL_MS],
    [Infinity, MAX_POLL_INTERVAL_MS],
  ])('an interval of %d ms is taken for %d', async (asked, obeyed) => {
    const rig = createRig();
    rig.intervalMs = asked;
    void rig.takeAll();
    await rig.clock.advance(obeyed);
    expect(rig.looks.data).toEqual([0, obeyed]);
  });

  test('another interval is obeyed at once, measured from the last look', async () => {
    const rig = createRig();
    void rig.takeAll();
    await rig.clock.advance(3_000);
    rig.intervalMs = 4_000;
    rig.link.intervalChanged();
    await rig.clock.advance(1_000);
    expect(rig.looks).toEqual({ data: [0, 4_000], control: [0, 4_000] });
    rig.intervalMs = 60_000;
    rig.link.intervalChanged();
    await rig.clock.advance(59_999);
    expect(rig.looks.data).toHaveLength(2);
    await rig.clock.advance(1);
    expect(rig.looks.data).toEqual([0, 4_000, 64_000]);
  });

  test('an interval that is over already means now', async () => {
    const rig = createRig();
    rig.intervalMs = 60_000;
    void rig.takeAll();
    await rig.clock.advance(30_000);
    rig.intervalMs = 5_000;
    rig.link.intervalChanged();
    await rig.clock.advance(0);
    expect(rig.looks.data).toEqual([0, 30_000]);
  });
});

describe('refresh', () => {
  test('looks at the configuration at once, and only at that', async () => {
    const { clock, looks, link, takeAll } = createRig();
    void takeAll();
    await clock.advance(2_000);
    link.refresh();
    await clock.advance(0);
    expect(looks).toEqual({ data: [0, 2_000], control: [0] });
  });

  test('however often it is called, looks keep their distance', async () => {
    const { clock, looks, link, takeAll } = createRig();
    void takeAll();
    for (let call = 0; call < 1_000; call++) {
      link.refresh();
      await clock.advance(1);
    }
    expect(looks.data).toEqual([0, 1, 2, 3, 4].map((look) => look * MIN_LOOK_SPACING_MS));
  });

  test('asked for while a look runs, another one follows it', async () => {
    const rig = createRig();
    rig.hang = true;
    void rig.takeAll();
    await rig.clock.advance(5_000);
    rig.link.refresh();
    rig.link.refresh();
    await rig.clock.advance(0);
    expect(rig.looks.data).toEqual([0]);
    rig.release();
    await rig.clock.advance(0);
    expect(rig.looks.data).toEqual([0, 5_000]);
    await rig.clock.advance(9_999);
    expect(rig.looks.data).toHaveLength(2);
  });

  test('it is heard in a wait after a failure, too', async () => {
    const rig = createRig();
    rig.answers.data = new K4eError('LINK_UNKNOWN_DEVICE');
    void rig.takeAll();
    await rig.clock.advance(1_000);
    rig.answers.data = configuration('1');
    rig.link.refresh();
    await rig.clock.advance(0);
    expect(rig.taken).toEqual([{ channel: 'data', message: configuration('1') }]);
  });

  test('it is heard on both channels where the device was not known: it may have registered since', async () => {
    const rig = createRig();
    const unknown = new K4eError('LINK_UNKNOWN_DEVICE');
    rig.answers = { data: unknown, control: unknown };
    void rig.takeAll();
    await rig.clock.advance(MIN_LOOK_SPACING_MS);
    rig.answers = { data: undefined, control: undefined };
    rig.link.refresh();
    await rig.clock.advance(0);
    expect(rig.looks.data).toHaveLength(2);
    expect(rig.looks.control).toHaveLength(2);
    expect(rig.states.at(-1)).toEqual({ state: 'connected' });
  });

  test('without a receiver it does nothing', () => {
    expect(() => createRig().link.refresh()).not.toThrow();
  });
});

describe('failures', () => {
  test('the wait grows up to its maximum, and starts again after a success', async () => {
    const rig = createRig();
    rig.answers.data = unreachable();
    void rig.takeAll();
    await rig.clock.advance(61_000);
    expect(rig.looks.data).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000]);
    expect(rig.looks.control).toHaveLength(7);
    rig.answers.data = undefined;
    await rig.clock.advance(POLL_BACKOFF.maxMs);
    rig.answers.data = unreachable();
    await rig.clock.advance(11_000);
    expect(rig.looks.data.slice(-3)).toEqual([91_000, 101_000, 102_000]);
  });

  test('a control plane that asks for time gets it', async () => {
    const rig = createRig();
    rig.answers.data = unreachable({ retry: { afterMs: 20_000 } });
    void rig.takeAll();
    await rig.clock.advance(40_000);
    expect(rig.looks.data).toEqual([0, 20_000, 40_000]);
  });

  test('a refusal waits as long as there is', async () => {
    const rig = createRig();
    rig.answers.data = new K4eError('LINK_REFUSED', { retry: 'never' });
    void rig.takeAll();
    await rig.clock.advance(60_000);
    expect(rig.looks.data).toEqual([0, 30_000, 60_000]);
  });

  test('a device that is not known looks seldom, and is told so each time', async () => {
    const rig = createRig();
    rig.answers = { data: new K4eError('LINK_UNKNOWN_DEVICE'), control: new K4eError('LINK_UNKNOWN_DEVICE') };
    void rig.takeAll();
    await rig.clock.advance(UNKNOWN_DEVICE_INTERVAL_MS);
    expect(rig.looks).toEqual({ data: [0, UNKNOWN_DEVICE_INTERVAL_MS], control: [0, UNKNOWN_DEVICE_INTERVAL_MS] });
    expect(rig.states).toEqual(Array.from({ length: 4 }, () => ({ state: 'unknown-device' })));
    rig.intervalMs = UNKNOWN_DEVICE_INTERVAL_MS * 2;
    rig.link.intervalChanged();
    await rig.clock.advance(UNKNOWN_DEVICE_INTERVAL_MS);
    expect(rig.looks.data).toHaveLength(2);
  });
});

describe('states', () => {
  test('an outage is told with its cause and the time of the next try, its end once', async () => {
    const rig = createRig();
    void rig.takeAll();
    await rig.clock.advance(9_000);
    expect(rig.states).toEqual([{ state: 'connected' }]);
    rig.answers = { data: unreachable(), control: undefined };
    await rig.clock.advance(2_000);
    rig.answers.data = undefined;
    await rig.clock.advance(30_000);
    expect(rig.states.slice(1)).toEqual([
      { state: 'waiting', cause: 'ECONNREFUSED', retryInMs: 1_000 },
      { state: 'waiting', cause: 'ECONNREFUSED', retryInMs: 2_000 },
      { state: 'connected' },
    ]);
    expect(rig.logger.lines.map(({ level, fields }) => [level, fields.channel])).toEqual([
      ['debug', 'data'],
      ['debug', 'data'],
      ['debug', 'data'],
      ['debug', 'data'],
    ]);
  });

  test('a cause is bounded, whatever was answered', async () => {
    const rig = createRig();
    rig.answers.data = new K4eError('LINK_GARBAGE', { message: 'x'.repeat(100_000) });
    void rig.takeAll();
    await rig.clock.advance(0);
    const [state] = rig.states;
    expect(state?.state === 'waiting' && state.cause).toHaveLength(MAX_CAUSE_LENGTH);
  });

  test('a listener that throws does not stop the link', async () => {
    const { clock, link, looks, stop, logger } = createRig();
    const received = link.receive({
      signal: stop.signal,
      onState: () => {
        throw new Error('listener');
      },
    });
    const messages = received[Symbol.asyncIterator]();
    void messages.next();
    await clock.advance(20_000);
    expect(looks.data).toHaveLength(3);
    expect(logger.lines.some(({ level }) => level === 'error')).toBe(true);
  });
});

describe('what waits to be taken', () => {
  test('the newest configuration takes the place of those that nobody took', async () => {
    const rig = createRig();
    const messages = rig.receive();
    rig.answers.data = configuration('1');
    const first = messages.next();
    await rig.clock.advance(0);
    expect((await first).value).toEqual({ channel: 'data', message: configuration('1') });
    for (const version of ['2', '3', '4']) {
      rig.answers.data = configuration(version);
      await rig.clock.advance(10_000);
    }
    rig.answers.data = undefined;
    expect((await messages.next()).value).toEqual({ channel: 'data', message: configuration('4') });
    const none = messages.next();
    await rig.clock.advance(10_000);
    rig.stop.abort();
    expect(await none).toEqual({ done: true, value: undefined });
  });

  test('commands keep their order, go before configurations, and are never dropped: a full box fetches no more', async () => {
    const rig = createRig();
    const messages = rig.receive();
    rig.answers = { data: configuration('1'), control: command('c0') };
    const first = messages.next();
    await rig.clock.advance(0);
    for (let look = 1; look < MAX_WAITING_COMMANDS * 2; look++) {
      rig.answers.control = command(`c${look}`);
      await rig.clock.advance(10_000);
    }
    const fetched = rig.looks.control.length;
    expect(fetched).toBeLessThanOrEqual(MAX_WAITING_COMMANDS + 1);
    rig.answers = { data: undefined, control: undefined };
    const commands: unknown[] = [];
    const keep = (result: IteratorResult<ReceivedMessage, unknown>): void => {
      if (result.done !== true && result.value.channel === 'control') commands.push(result.value.message);
    };
    keep(await first);
    for (let more = 1; more < fetched + 1; more++) keep(await messages.next());
    expect(commands).toEqual(Array.from({ length: fetched }, (_, index) => command(`c${index}`)));
    await rig.clock.advance(10_000);
    expect(rig.looks.control.length).toBeGreaterThan(fetched);
  });
});

describe('the end', () => {
  test('a signal ends a receiver that waits, aborts a look, and leaves no timer', async () => {
    const rig = createRig();
    rig.hang = true;
    const done = rig.takeAll();
    await rig.clock.advance(0);
    rig.stop.abort();
    await done;
    expect(rig.clock.pending()).toBe(0);
    expect(rig.states).toEqual([]);
  });

  test('a receiver that is left looks no more', async () => {
    const rig = createRig();
    rig.answers.data = configuration('1');
    const messages = rig.receive();
    const first = messages.next();
    await rig.clock.advance(0);
    await first;
    await messages.return?.();
    await rig.clock.advance(60_000);
    expect([rig.looks.data.length, rig.clock.pending()]).toEqual([1, 0]);
  });

  test('a signal that has fired before: nothing is looked at', async () => {
    const rig = createRig();
    rig.stop.abort();
    await rig.takeAll();
    expect(rig.looks).toEqual({ data: [], control: [] });
  });
});
