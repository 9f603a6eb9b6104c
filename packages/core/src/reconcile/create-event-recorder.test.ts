import { expect, test } from 'vitest';
import { K4eError } from '../foundation/index.ts';
import type { ResourceStore } from '../ports/index.ts';
import type { Resource } from '../resources/index.ts';
import { createFakeClock, createMemoryLogger } from '../testing/index.ts';
import { EVENT_MESSAGE_MAX_LENGTH, EVENT_REASON_MAX_LENGTH } from './compose-event.ts';
import type { EventRequest } from './compose-event.ts';
import { createEventRecorder } from './create-event-recorder.ts';
import {
  EVENT_FLUSH_LIMIT_MS,
  EVENT_WRITE_RATE,
  MAX_EVENT_TRIES,
  MAX_PENDING_EVENTS,
  OBJECT_EVENT_RATE,
} from './event-recorder.ts';

const DEVICE: Resource = {
  apiVersion: 'management.k4e.io/v1alpha1',
  kind: 'EdgeDevice',
  metadata: { namespace: 'edge', name: 'dev-1', uid: 'u-1' },
};

/** Typed stand-ins for what a test need not know. */
const anyText: unknown = expect.any(String);
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

function happened(rest: Partial<EventRequest> = {}): EventRequest {
  return { about: DEVICE, type: 'Normal', reason: 'Registered', message: 'the device has registered', ...rest };
}

/** A store of events, each write noted; fails with the errors in `failures` first. */
function eventStore() {
  const stored = new Map<string, object>();
  const writes: { readonly key: string; readonly owner: string }[] = [];
  const failures: Error[] = [];
  let hang = false;
  const store: Pick<ResourceStore, 'get' | 'apply'> = {
    async get(kind, { namespace, name }) {
      const found = stored.get(`${namespace}/${name}`);
      return found === undefined ? undefined : kind.admit(found);
    },
    async apply(kind, resource, { owner }) {
      if (hang) return new Promise(() => undefined);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      const { namespace, name } = resource.metadata;
      writes.push({ key: `${namespace}/${name}`, owner });
      stored.set(`${namespace}/${name}`, resource);
      return kind.admit(resource);
    },
  };
  return { store, stored, writes, failures, hang: () => void (hang = true) };
}

function start(events = eventStore()) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const recorder = createEventRecorder({
    store: events.store,
    component: 'k4e-operator',
    clock,
    logger,
    random: () => 0,
  });
  const stop = new AbortController();
  const run = recorder.run({ signal: stop.signal });
  return { ...events, clock, logger, recorder, stop, run };
}

test('an event lies in the namespace of its resource and says what kubectl shows', async () => {
  const { clock, recorder, stored, writes } = start();
  await clock.advance(1_500);
  recorder.record(happened());
  await clock.advance(0);
  expect(writes).toEqual([{ key: like(/^edge\/dev-1\.[0-9a-f]{16}$/), owner: 'k4e-operator' }]);
  expect([...stored.values()]).toEqual([
    {
      metadata: { namespace: 'edge', name: anyText },
      involvedObject: {
        apiVersion: DEVICE.apiVersion,
        kind: 'EdgeDevice',
        namespace: 'edge',
        name: 'dev-1',
        uid: 'u-1',
      },
      type: 'Normal',
      reason: 'Registered',
      message: 'the device has registered',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:01Z',
      lastTimestamp: '2026-01-01T00:00:01Z',
      source: { component: 'k4e-operator' },
    },
  ]);
});

test('repeats count up one event; whatever differs is another', async () => {
  const { clock, recorder, stored } = start();
  for (let repeat = 0; repeat < 3; repeat++) {
    recorder.record(happened());
    await clock.advance(60_000);
  }
  expect([...stored.values()]).toEqual([
    expect.objectContaining({
      count: 3,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:02:00Z',
    }),
  ]);
  const reborn = { ...DEVICE, metadata: { ...DEVICE.metadata, uid: 'u-2' } };
  const others: Partial<EventRequest>[] = [
    { type: 'Warning' },
    { reason: 'Lost' },
    { message: 'else' },
    { about: reborn },
  ];
  for (const other of others) recorder.record(happened(other));
  await clock.advance(0);
  expect(stored.size).toBe(5);
});

test('repeats that come before the first is written are one write', async () => {
  const { clock, recorder, writes, stored } = start();
  for (let repeat = 0; repeat < 1_000; repeat++) recorder.record(happened());
  await clock.advance(0);
  expect(writes.length).toBeLessThanOrEqual(2);
  expect([...stored.values()]).toEqual([expect.objectContaining({ count: 1_000 })]);
});

test('a process that starts anew goes on counting', async () => {
  const events = eventStore();
  const before = start(events);
  before.recorder.record(happened());
  await before.clock.advance(0);
  const after = start(events);
  await after.clock.advance(3_600_000);
  after.recorder.record(happened());
  await after.clock.advance(0);
  expect([...events.stored.values()]).toEqual([
    expect.objectContaining({
      count: 2,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T01:00:00Z',
    }),
  ]);
});

test('who may not read events counts from one', async () => {
  const events = eventStore();
  const get = (): Promise<never> => Promise.reject(new K4eError('FORBIDDEN', { retry: 'never' }));
  const { clock, recorder, stored } = start({ ...events, store: { ...events.store, get } });
  recorder.record(happened());
  await clock.advance(0);
  expect([...stored.values()]).toEqual([expect.objectContaining({ count: 1 })]);
});

test('one resource may say so much at once, and then one thing in five minutes; what is left out still counts', async () => {
  const { clock, recorder, writes, stored, logger } = start();
  const chatter = (index: number): EventRequest => happened({ message: `thing ${index}` });
  for (let index = 0; index < OBJECT_EVENT_RATE.burst + 5; index++) recorder.record(chatter(index));
  await clock.advance(0);
  expect(writes).toHaveLength(OBJECT_EVENT_RATE.burst);
  await clock.advance(299_999);
  recorder.record(chatter(27));
  await clock.advance(1);
  expect(writes).toHaveLength(OBJECT_EVENT_RATE.burst);
  recorder.record(chatter(27));
  recorder.record(chatter(28));
  await clock.advance(0);
  expect(writes).toHaveLength(OBJECT_EVENT_RATE.burst + 1);
  expect([...stored.values()].at(-1)).toMatchObject({ message: 'thing 27', count: 3 });
  expect(logger.lines.map(({ fields }) => fields.dropped)).toEqual([1, 2, 4]);
});

test('what waits is bounded, and so is how fast it is written; nobody who records waits', async () => {
  const { clock, recorder, writes } = start();
  const about = (index: number): Resource => ({ ...DEVICE, metadata: { namespace: 'edge', name: `dev-${index}` } });
  for (let index = 0; index < MAX_PENDING_EVENTS + 500; index++) recorder.record(happened({ about: about(index) }));
  await clock.advance(0);
  expect(writes.length).toBeLessThanOrEqual(EVENT_WRITE_RATE.burst + 1);
  await clock.advance(10_000);
  expect(writes.length).toBeLessThanOrEqual(EVENT_WRITE_RATE.burst + 1 + 10 * EVENT_WRITE_RATE.perSecond);
  expect(writes.length).toBeGreaterThan(EVENT_WRITE_RATE.burst + 9 * EVENT_WRITE_RATE.perSecond);
  await recorder.flush();
  expect(writes.length).toBeGreaterThanOrEqual(MAX_PENDING_EVENTS);
  expect(writes.length).toBeLessThanOrEqual(MAX_PENDING_EVENTS + 1);
});

test('a store that is away delays events; one event that it refuses is in nobody’s way', async () => {
  const { clock, recorder, writes, failures, logger } = start();
  failures.push(new K4eError('STORE_UNAVAILABLE'), new K4eError('STORE_UNAVAILABLE'));
  recorder.record(happened());
  await clock.advance(1_499);
  expect(writes).toHaveLength(0);
  await clock.advance(1);
  expect(writes).toHaveLength(1);
  failures.push(new K4eError('RESOURCE_INVALID', { retry: 'never' }));
  recorder.record(happened({ reason: 'Refused' }));
  recorder.record(happened({ reason: 'Fine' }));
  await clock.advance(0);
  expect(writes).toHaveLength(2);
  expect(logger.lines.map(({ level, fields }) => [level, fields.reason])).toEqual([['warn', 'Refused']]);
});

test('an event that fails again and again is given up', async () => {
  const { clock, recorder, writes, failures } = start();
  failures.push(...Array.from({ length: MAX_EVENT_TRIES }, () => new K4eError('STORE_UNAVAILABLE')));
  recorder.record(happened());
  await clock.advance(600_000);
  expect([writes.length, failures.length]).toEqual([0, 0]);
});

test('on stop what is recorded is written, for a limited time', async () => {
  const { clock, recorder, writes, stop, run, hang } = start();
  for (let index = 0; index < 300; index++) {
    recorder.record(happened({ about: { ...DEVICE, metadata: { namespace: 'edge', name: `dev-${index}` } } }));
  }
  stop.abort();
  await run;
  expect(writes).toHaveLength(300);
  expect(clock.pending()).toBe(0);

  const other = start({ ...eventStore() });
  other.hang();
  other.recorder.record(happened());
  await other.clock.advance(0);
  other.stop.abort();
  await other.clock.advance(EVENT_FLUSH_LIMIT_MS);
  await other.run;
  expect(other.clock.pending()).toBe(0);
  hang();
});

test('flush can be given up, and the rest stays recorded', async () => {
  const { recorder, clock, writes, failures } = start();
  failures.push(new K4eError('STORE_UNAVAILABLE'));
  recorder.record(happened());
  const giveUp = new AbortController();
  const flush = recorder.flush({ signal: giveUp.signal });
  giveUp.abort();
  await flush;
  await clock.advance(60_000);
  expect(writes).toHaveLength(1);
});

test('texts and names are kept within their limits, never cutting a character in half', async () => {
  const { clock, recorder, stored } = start();
  const about = { ...DEVICE, metadata: { namespace: 'edge', name: `${'x'.repeat(235)}.${'y'.repeat(17)}` } };
  const message = `${'m'.repeat(EVENT_MESSAGE_MAX_LENGTH - 2)}😀😀`;
  recorder.record(happened({ about, reason: 'R'.repeat(200), message }));
  await clock.advance(0);
  const [event] = stored.values();
  expect(event).toMatchObject({
    metadata: { name: like(/^x{235}\.[0-9a-f]{16}$/) },
    reason: `${'R'.repeat(EVENT_REASON_MAX_LENGTH - 1)}…`,
    message: `${'m'.repeat(EVENT_MESSAGE_MAX_LENGTH - 2)}…`,
  });
});

test('it never throws, whatever it is given', () => {
  const { recorder, logger } = start();
  const broken = happened();
  Object.defineProperty(broken, 'about', { get: () => null });
  expect(() => recorder.record(broken)).not.toThrow();
  expect(logger.lines).toHaveLength(1);
});
