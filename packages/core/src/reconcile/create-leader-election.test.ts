import { expect, test } from 'vitest';
import { createLeaseStore } from '../../test/properties/lease-store.ts';
import type { LeaseStore } from '../../test/properties/lease-store.ts';
import { K4eError } from '../foundation/index.ts';
import type { Clock } from '../ports/index.ts';
import { LEASE } from '../resources/index.ts';
import { createFakeClock, createMemoryLogger } from '../testing/index.ts';
import type { FakeClock } from '../testing/index.ts';
import { createLeaderElection } from './create-leader-election.ts';
import { MAX_LEASE_DURATION_MS } from './leader-election.ts';
import type { LeaderElectionOptions } from './leader-election.ts';

const TIMING = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 };
const REF = { namespace: 'k4e', name: 'operator' };

/** A contender that notes when it leads; ends `stopMs` after it is told to. */
function contend(identity: string, clock: FakeClock, store: LeaseStore, options: Partial<LeaderElectionOptions> = {}) {
  const stop = new AbortController();
  const logger = createMemoryLogger();
  const common = { store, ref: REF, identity, clock, logger, random: () => 0, ...TIMING };
  const election = createLeaderElection({ ...common, ...options });
  const notes: string[] = [];
  const behaviour = { stopMs: 0 };
  const lead = async (signal: AbortSignal): Promise<void> => {
    notes.push(`leads ${clock.monotonicMs()}`);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    notes.push(`told ${clock.monotonicMs()}`);
    if (behaviour.stopMs > 0) await new Promise<void>((resolve) => void clock.schedule(behaviour.stopMs, resolve));
    notes.push(`ends ${clock.monotonicMs()}`);
  };
  const run = election.run({ signal: stop.signal, lead });
  return { election, stop, run, notes, logger, behaviour, isLeader: election.isLeader };
}

function world() {
  const clock = createFakeClock();
  const leases = createLeaseStore();
  let isAway = false;
  let backMs = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isAway) throw new K4eError('STORE_UNAVAILABLE');
    const answer = await work();
    if (backMs > 0) await new Promise<void>((resolve) => void clock.schedule(backMs, resolve));
    return answer;
  };
  const store: LeaseStore = {
    get: (kind, ref) => call(() => leases.store.get(kind, ref)),
    create: (kind, resource) => call(() => leases.store.create(kind, resource)),
    apply: (kind, resource, options) => call(() => leases.store.apply(kind, resource, options)),
  };
  return {
    clock,
    leases,
    store,
    goAway: () => void (isAway = true),
    comeBack: () => void (isAway = false),
    answerAfter: (ms: number) => void (backMs = ms),
  };
}

test('the first takes the Lease and keeps it; the second leads as soon as it is released', async () => {
  const { clock, leases, store } = world();
  const a = contend('a', clock, store);
  const b = contend('b', clock, store);
  await clock.advance(60_000);
  expect([a.notes, b.notes]).toEqual([['leads 0'], []]);
  expect([a.isLeader(), b.isLeader()]).toEqual([true, false]);
  a.stop.abort();
  await a.run;
  expect(leases.lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 15 });
  await clock.advance(TIMING.retryPeriodMs);
  expect(a.notes).toEqual(['leads 0', 'told 60000', 'ends 60000']);
  expect(b.notes).toEqual(['leads 62000']);
  expect(leases.lease()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  b.stop.abort();
  await b.run;
  expect(clock.pending()).toBe(0);
});

test('a Lease says what Kubernetes can read, and differs each time though the clock on the wall stands still', async () => {
  const { clock, leases, store } = world();
  const frozen: Clock = { ...clock, nowMs: () => Date.UTC(2026, 0, 1) };
  contend('a', clock, store, { clock: frozen });
  await clock.advance(0);
  expect(leases.lease()).toEqual({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  });
  await clock.advance(4_000);
  const renewed = { acquireTime: '2026-01-01T00:00:00.000000Z', renewTime: '2026-01-01T00:00:00.000002Z' };
  expect(leases.lease()).toMatchObject(renewed);
});

const DEAD = { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '2099-01-01T00:00:00.000000Z' };

test('a leader that is gone is followed after the lease duration on one’s own clock; no clock on the wall is asked', async () => {
  const { clock, store, leases } = world();
  await leases.store.create(LEASE, { metadata: REF, spec: DEAD });
  const backwards = { ...clock, nowMs: () => Date.UTC(2020, 0, 1) - clock.monotonicMs() };
  const b = contend('b', clock, store, { clock: backwards });
  await clock.advance(15_999);
  expect(b.notes).toEqual([]);
  await clock.advance(1);
  expect(b.notes).toEqual(['leads 16000']);
});

test.each([
  ['the longer of two durations counts', 40, 40_000],
  ['a duration that nobody can mean is not waited for', 1e12, 3_600_000],
  ['one that is missing is one’s own', undefined, 16_000],
])('%s', async (_name, leaseDurationSeconds, expected) => {
  const { clock, store, leases } = world();
  const spec =
    leaseDurationSeconds === undefined ? { holderIdentity: 'dead' } : { holderIdentity: 'dead', leaseDurationSeconds };
  await leases.store.create(LEASE, { metadata: REF, spec });
  const b = contend('b', clock, store);
  await clock.advance(expected - 1);
  expect(b.notes).toEqual([]);
  await clock.advance(1);
  expect(b.notes).toEqual([`leads ${expected}`]);
});

test('any change of the Lease starts the wait anew', async () => {
  const { clock, store, leases } = world();
  await leases.store.create(LEASE, { metadata: REF, spec: DEAD });
  const b = contend('b', clock, store);
  await clock.advance(13_000);
  leases.touch();
  await clock.advance(16_000);
  expect(b.notes).toEqual([]);
  await clock.advance(2_000);
  expect(b.notes).toEqual(['leads 30000']);
});

test('an outage shorter than the renew deadline is no reason to step down, a longer one is, at the deadline', async () => {
  const { clock, store, goAway, comeBack } = world();
  const a = contend('a', clock, store);
  await clock.advance(20_000);
  goAway();
  await clock.advance(7_000);
  comeBack();
  await clock.advance(23_000);
  expect(a.notes).toEqual(['leads 0']);
  goAway();
  await clock.advance(9_999);
  expect(a.isLeader()).toBe(true);
  await clock.advance(1);
  expect(a.notes).toEqual(['leads 0', 'told 60000', 'ends 60000']);
  expect(a.isLeader()).toBe(false);
  comeBack();
  await clock.advance(20_000);
  expect(a.isLeader()).toBe(true);
});

test('the Lease is good from when the request was sent, however late the answer comes', async () => {
  const { clock, store, goAway, answerAfter } = world();
  const a = contend('a', clock, store);
  await clock.advance(1_000);
  answerAfter(4_000);
  await clock.advance(1_000 + 3_999);
  goAway();
  await clock.advance(6_000);
  expect(a.notes).toEqual(['leads 0']);
  await clock.advance(1);
  expect(a.notes).toEqual(['leads 0', 'told 12000', 'ends 12000']);
});

test('an answer that got lost does not lose the Lease', async () => {
  const { clock, leases, store } = world();
  let applies = 0;
  const lossy: LeaseStore = {
    ...store,
    async apply(kind, resource, options) {
      const answer = await store.apply(kind, resource, options);
      if (applies++ % 2 === 0) throw new K4eError('STORE_UNAVAILABLE');
      return answer;
    },
  };
  const a = contend('a', clock, lossy);
  await clock.advance(120_000);
  expect(a.notes).toEqual(['leads 0']);
  expect(leases.version()).toBeGreaterThan(50);
});

test('a Lease that another took, or that was deleted, ends the term at the next look', async () => {
  const { clock, store, leases } = world();
  const a = contend('a', clock, store);
  await clock.advance(1_000);
  leases.remove();
  await clock.advance(1_000);
  expect(a.notes).toEqual(['leads 0', 'told 2000', 'ends 2000']);
  await clock.advance(2_000);
  expect(a.isLeader()).toBe(true);
  leases.remove();
  await leases.store.create(LEASE, { metadata: REF, spec: DEAD });
  await clock.advance(2_000);
  expect(a.isLeader()).toBe(false);
  expect(leases.lease()).toEqual(DEAD);
});

test('on stop the Lease is renewed until what the leader does has ended, and only then given up', async () => {
  const { clock, store, leases } = world();
  const a = contend('a', clock, store);
  a.behaviour.stopMs = 30_000;
  const b = contend('b', clock, store);
  await clock.advance(1_000);
  a.stop.abort();
  await clock.advance(29_999);
  expect(a.isLeader()).toBe(false);
  expect(leases.lease()).toMatchObject({ holderIdentity: 'a' });
  await clock.advance(2_001);
  await a.run;
  expect(a.notes).toEqual(['leads 0', 'told 1000', 'ends 31000']);
  expect(b.notes).toEqual(['leads 32000']);
});

test('what does not end when told is not run a second time beside itself, and is said', async () => {
  const { clock, store, goAway, comeBack } = world();
  const a = contend('a', clock, store);
  a.behaviour.stopMs = 1e9;
  await clock.advance(1_000);
  goAway();
  await clock.advance(20_000);
  comeBack();
  await clock.advance(1e6);
  expect(a.notes).toEqual(['leads 0', 'told 10000']);
  const errors = a.logger.lines.filter(({ level }) => level === 'error');
  expect(errors.map(({ message }) => message)).toEqual(['the leader goes on though it lost its Lease']);
});

test.each([
  ['ends by itself', async (): Promise<void> => undefined],
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
])('a leader that %s gives up the Lease and tries again', async (_name, work) => {
  const { clock, store, leases } = world();
  const logger = createMemoryLogger();
  const stop = new AbortController();
  let terms = 0;
  const election = createLeaderElection({ store, ref: REF, identity: 'a', clock, logger, random: () => 0, ...TIMING });
  const lead = (): Promise<void> => {
    terms += 1;
    return work();
  };
  const run = election.run({ signal: stop.signal, lead });
  await clock.advance(0);
  expect(leases.lease()).toMatchObject({ holderIdentity: '' });
  await clock.advance(4_000);
  expect(terms).toBe(3);
  stop.abort();
  await run;
});

test('timers that are late do not make a leader of one whose time is over', async () => {
  const { clock, store } = world();
  let frozenMs = 0;
  const a = contend('a', clock, store, { clock: { ...clock, monotonicMs: () => clock.monotonicMs() + frozenMs } });
  await clock.advance(1_000);
  expect(a.isLeader()).toBe(true);
  frozenMs = 9_000;
  expect(a.isLeader()).toBe(false);
});

test('told to stop before it starts, it touches nothing', async () => {
  const { clock, store, leases } = world();
  const election = createLeaderElection({
    store,
    ref: REF,
    identity: 'a',
    clock,
    logger: createMemoryLogger(),
    ...TIMING,
  });
  await election.run({ signal: AbortSignal.abort(), lead: () => Promise.reject(new Error('not to be called')) });
  expect(leases.version()).toBe(0);
});

test.each([
  { retryPeriodMs: 0 },
  { retryPeriodMs: 10_000 },
  { renewDeadlineMs: 15_000 },
  { leaseDurationMs: MAX_LEASE_DURATION_MS + 1 },
  { leaseDurationMs: Number.NaN },
  { identity: '' },
])('%j cannot be safe', (options) => {
  const { clock, store } = world();
  const common = { store, ref: REF, identity: 'a', clock, logger: createMemoryLogger(), ...TIMING };
  expect(() => createLeaderElection({ ...common, ...options })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }),
  );
});
