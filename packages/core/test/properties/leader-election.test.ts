import fc from 'fast-check';
import { expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { createLeaderElection } from '@k4e/core/reconcile';
import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { createLeaseStore } from './lease-store.ts';
import type { LeaseStore } from './lease-store.ts';

const TIMING = { leaseDurationMs: 1_500, renewDeadlineMs: 1_000, retryPeriodMs: 200 };
/** What `lead` may take to end: less than lease duration less renew deadline. */
const LONGEST_STOP_MS = TIMING.leaseDurationMs - TIMING.renewDeadlineMs - 1;
const TROUBLE_MS = 20_000;

/** What becomes of one call: how long it is on its way there and back, and which of the two gets lost. */
interface Fate {
  readonly thereMs: number;
  readonly backMs: number;
  readonly lost: 'nothing' | 'request' | 'answer' | 'answer, without an error';
}

/** One who contends: its own clocks, its own luck, and when it stops, crashes and comes back. */
interface Contender {
  readonly monotonicOffsetMs: number;
  readonly wallOffsetMs: number;
  readonly stopMs: number;
  readonly jitter: number;
  readonly fates: readonly Fate[];
  /** Lengths of its lives, each ended in turn by a stop or a crash. */
  readonly lives: readonly { readonly lengthMs: number; readonly end: 'stop' | 'crash'; readonly pauseMs: number }[];
}

const FINE: Fate = { thereMs: 1, backMs: 1, lost: 'nothing' };

/** Calls come in stretches that fare alike: an outage is more than one lost message. */
const delayMs = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 300, max: 499 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
);
const lost = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate['lost']>('nothing') },
  fc.constantFrom<Fate['lost'][]>('request', 'answer', 'answer, without an error'),
);
const stretch = fc
  .record({ thereMs: delayMs, backMs: delayMs, lost, times: fc.integer({ min: 1, max: 10 }) })
  .map(({ times, ...fate }) => Array.from<Fate>({ length: times }).fill(fate));

const contender: fc.Arbitrary<Contender> = fc.record({
  monotonicOffsetMs: fc.integer({ min: 0, max: 1e9 }),
  wallOffsetMs: fc.integer({ min: -1e11, max: 1e11 }),
  stopMs: fc.oneof(fc.constant(LONGEST_STOP_MS), fc.integer({ min: 0, max: LONGEST_STOP_MS })),
  jitter: fc.constantFrom(0, 0.3, 0.7),
  fates: fc.oneof(
    fc.constant([FINE]),
    fc.array(stretch, { minLength: 1, maxLength: 15 }).map((stretches) => stretches.flat()),
  ),
  lives: fc.array(
    fc.record({
      lengthMs: fc.integer({ min: 0, max: 8_000 }),
      end: fc.constantFrom('stop', 'crash'),
      pauseMs: fc.integer({ min: 0, max: 3_000 }),
    }),
    { maxLength: 4 },
  ),
});

/** The contenders, the one Lease, and who acts as a leader. */
class World {
  readonly clock = createFakeClock();
  readonly leases = createLeaseStore();
  readonly acting = new Set<string>();
  readonly broken: string[] = [];
  terms = 0;

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.schedule(ms, resolve));
  }

  enter(name: string): void {
    if (this.acting.size > 0)
      this.broken.push(`${name} leads beside ${[...this.acting].join()} at ${this.clock.monotonicMs()}`);
    this.acting.add(name);
    this.terms += 1;
  }
}

/** The store as seen over a bad network. Requests already sent arrive, even those of a process that is dead by then. */
function troubledStore(world: World, fates: readonly Fate[], isDead: () => boolean): LeaseStore {
  let calls = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    const isOver = world.clock.monotonicMs() >= TROUBLE_MS;
    const { thereMs, backMs, lost } = isOver ? FINE : (fates[calls++ % fates.length] ?? FINE);
    if (isDead()) return new Promise(() => undefined);
    await world.wait(thereMs);
    if (lost === 'request') throw new K4eError('STORE_UNAVAILABLE');
    const answer = work();
    answer.catch(() => undefined);
    await world.wait(backMs);
    if (lost === 'answer, without an error' || isDead()) return new Promise(() => undefined);
    if (lost === 'answer') throw new K4eError('STORE_UNAVAILABLE');
    return answer;
  };
  const { store } = world.leases;
  return {
    get: (kind, ref) => call(() => store.get(kind, ref)),
    create: (kind, resource) => call(() => store.create(kind, resource)),
    apply: (kind, resource, options) => call(() => store.apply(kind, resource, options)),
  };
}

/** One life of a contender, from its start to its stop or crash. `lengthMs` undefined: for good. */
async function live(
  world: World,
  self: Contender,
  name: string,
  life: Partial<Contender['lives'][number]>,
): Promise<void> {
  let isDead = false;
  const clock: Clock = {
    nowMs: () => world.clock.nowMs() + self.wallOffsetMs,
    monotonicMs: () => world.clock.monotonicMs() + self.monotonicOffsetMs,
    schedule: (delayMs, callback) => world.clock.schedule(delayMs, () => isDead || callback()),
  };
  const store = troubledStore(world, self.fates, () => isDead);
  const ref = { namespace: 'k4e', name: 'operator' };
  const logger = createMemoryLogger();
  const random = (): number => self.jitter;
  const election = createLeaderElection({ store, ref, identity: name, clock, logger, random, ...TIMING });
  const lead = async (signal: AbortSignal): Promise<void> => {
    world.enter(name);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await world.wait(self.stopMs);
    world.acting.delete(name);
  };
  const stop = new AbortController();
  const run = election.run({ signal: stop.signal, lead });
  if (life.lengthMs === undefined) return run;
  await world.wait(life.lengthMs);
  if (life.end === 'stop') {
    stop.abort();
    return run;
  }
  isDead = true;
  world.acting.delete(name);
}

async function liveOn(world: World, self: Contender, index: number): Promise<void> {
  for (const [turn, life] of self.lives.entries()) {
    await live(world, self, `${index}.${turn}`, life);
    await world.wait(life.pauseMs);
  }
  await live(world, self, `${index}.last`, {});
}

test('whatever happens to messages, clocks and processes, no two lead at once, and in the end one leads', async () => {
  let terms = 0;
  const property = fc.asyncProperty(fc.array(contender, { minLength: 2, maxLength: 3 }), async (contenders) => {
    const world = new World();
    for (const [index, self] of contenders.entries()) void liveOn(world, self, index);
    await world.clock.advance(TROUBLE_MS + 30_000);
    expect(world.broken).toEqual([]);
    expect(world.acting.size).toBe(1);
    terms += world.terms;
  });
  await fc.assert(property, { numRuns: 100 });
  expect(terms).toBeGreaterThan(60);
}, 120_000);
