import { expect, test } from 'vitest';
import { K4eError, sleep } from '../foundation/index.ts';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '../testing/index.ts';
import { DRAIN_TIME_LIMIT_MS, MAX_STUCK_PASSES, MIN_REQUEUE_MS, PASS_TIME_LIMIT_MS } from './controller.ts';
import type { ControllerOptions, Reconcile } from './controller.ts';
import { createController } from './create-controller.ts';
import { MAX_QUIET_CONFLICTS } from './pass-outcome.ts';
import type { PassFailure } from './pass-outcome.ts';

const BACKOFF = { firstMs: 100, maxMs: 1_000, factor: 2, jitter: 0 };

function start(reconcile: Reconcile, options: Partial<ControllerOptions> = {}) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const stop = new AbortController();
  const common = { name: 'test', clock, logger, metrics: createDiscardMetrics(), queue: { backoff: BACKOFF } };
  const controller = createController({ ...common, reconcile, ...options });
  let hasEnded = false;
  const run = controller.run({ signal: stop.signal }).finally(() => (hasEnded = true));
  return { clock, logger, stop, controller, run, hasEnded: () => hasEnded };
}

test('a key that changes while it is worked on gets exactly one more pass', async () => {
  const passes: number[] = [];
  const { clock, controller } = start(async () => {
    passes.push(clock.monotonicMs());
    await sleep(clock, 100);
  });
  controller.enqueue('a');
  await clock.advance(50);
  for (let change = 0; change < 1_000; change++) controller.enqueue('a');
  await clock.advance(1_000);
  expect(passes).toEqual([0, 100]);
});

test.each([
  ['an error that is not ours', new Error('x'), [0, 100, 300, 700]],
  ['retry never', new K4eError('FORBIDDEN', { retry: 'never' }), [0]],
  ['retry after a time', new K4eError('LINK_REFUSED', { retry: { afterMs: 450 } }), [0, 450, 900]],
  ['a conflict: at once, then soon, then backed off', new K4eError('CONFLICT'), [0, 0, 25, 125, 925]],
  ['a conflict that says never', new K4eError('CONFLICT', { retry: 'never' }), [0, 0, 25, 125]],
  ['cancelled by somebody within', new K4eError('ABORTED', { retry: 'never' }), [0, 100, 300, 700]],
])('%s decides when the next pass is', async (_name, error, expected) => {
  const passes: number[] = [];
  const { clock, controller } = start(async () => {
    passes.push(clock.monotonicMs());
    throw error;
  });
  controller.enqueue('a');
  await clock.advance(1_000);
  expect(passes).toEqual(expected);
});

test('what is refused is tried again when something changes, with the back-off of a first failure', async () => {
  const errors = [new K4eError('INTERNAL'), new K4eError('FORBIDDEN', { retry: 'never' }), new K4eError('INTERNAL')];
  const passes: number[] = [];
  const { clock, controller, logger } = start(async () => {
    passes.push(clock.monotonicMs());
    const error = errors.shift();
    if (error !== undefined) throw error;
  });
  controller.enqueue('a');
  await clock.advance(5_000);
  controller.enqueue('a');
  await clock.advance(5_000);
  expect(passes).toEqual([0, 100, 5_000, 5_100]);
  expect(logger.lines.map(({ level, fields }) => [level, fields.code, fields.retryInMs])).toEqual([
    ['warn', 'INTERNAL', 100],
    ['warn', 'FORBIDDEN', undefined],
    ['warn', 'INTERNAL', 100],
  ]);
});

test('a pass says when it wants the next one; one that asks for none gets none', async () => {
  const wanted: (number | undefined)[] = [500, 0, -1, undefined];
  const passes: number[] = [];
  const { clock, controller } = start(async () => {
    passes.push(clock.monotonicMs());
    const requeueAfterMs = wanted.shift();
    return requeueAfterMs === undefined ? {} : { requeueAfterMs };
  });
  controller.enqueue('a');
  await clock.advance(100_000);
  expect(passes).toEqual([0, 500, 500 + MIN_REQUEUE_MS, 500 + 2 * MIN_REQUEUE_MS]);
});

test('a time that is no number, and a throw before the first await, are failures like any other', async () => {
  const failures: PassFailure[] = [];
  const broken: Reconcile = (key) => {
    if (key === 'throws') throw new TypeError('broken');
    return Promise.resolve({ requeueAfterMs: Number.NaN });
  };
  const { clock, controller } = start(broken, { onFailure: (failure) => failures.push(failure) });
  controller.enqueue('throws');
  controller.enqueue('not a number');
  await clock.advance(100);
  expect(failures.map(({ key, retryInMs }) => [key, retryInMs])).toEqual([
    ['throws', 100],
    ['not a number', 100],
    ['throws', 200],
    ['not a number', 200],
  ]);
});

test('onFailure that throws stops nothing', async () => {
  let passes = 0;
  const onFailure = (): void => {
    throw new Error('broken listener');
  };
  const failing = async (): Promise<void> => {
    passes += 1;
    throw new Error('x');
  };
  const { clock, controller } = start(failing, { onFailure, workers: 1 });
  controller.enqueue('a');
  await clock.advance(300);
  expect(passes).toBe(3);
});

test('a pass that hangs is aborted at the time limit and tried again, as failed with TIMEOUT', async () => {
  const passes: number[] = [];
  const { clock, controller, logger } = start(async (_key, { signal }) => {
    passes.push(clock.monotonicMs());
    await sleep(clock, 1e9, { signal });
  });
  controller.enqueue('a');
  await clock.advance(PASS_TIME_LIMIT_MS + 100);
  expect(passes).toEqual([0, PASS_TIME_LIMIT_MS + 100]);
  expect(logger.lines.map(({ fields }) => fields.code)).toEqual(['TIMEOUT']);
});

test('a pass that does not heed its signal holds up nobody else, and its key gets no second pass beside it', async () => {
  const begun: string[] = [];
  const end: (() => void)[] = [];
  const deaf: Reconcile = (key) => {
    begun.push(key);
    return key === 'deaf' ? new Promise<void>((resolve) => void end.push(resolve)) : Promise.resolve();
  };
  const { clock, controller } = start(deaf, { workers: 1 });
  controller.enqueue('deaf');
  await clock.advance(PASS_TIME_LIMIT_MS);
  controller.enqueue('other');
  controller.enqueue('deaf');
  await clock.advance(3_600_000);
  expect(begun).toEqual(['deaf', 'other']);
  end.shift()?.();
  await clock.advance(0);
  expect(begun).toEqual(['deaf', 'other', 'deaf']);
});

test('passes that do not heed their signal are bounded: then workers wait for them', async () => {
  let begun = 0;
  const end: (() => void)[] = [];
  const deaf: Reconcile = () => {
    begun += 1;
    return new Promise<void>((resolve) => void end.push(resolve));
  };
  const { clock, controller, stop, hasEnded } = start(deaf, { workers: 50 });
  for (let key = 0; key < 500; key++) controller.enqueue(`key-${key}`);
  await clock.advance(10 * PASS_TIME_LIMIT_MS);
  expect(begun).toBeGreaterThanOrEqual(MAX_STUCK_PASSES);
  expect(begun).toBeLessThan(MAX_STUCK_PASSES + 50);
  const before = begun;
  for (const resolve of end.splice(0, 50)) resolve();
  await clock.advance(0);
  expect(begun).toBeGreaterThan(before);
  stop.abort();
  await clock.advance(DRAIN_TIME_LIMIT_MS);
  expect(hasEnded()).toBe(true);
});

test('on stop the passes that run may end; no other begins; the rest is there for the next run', async () => {
  const begun: string[] = [];
  const ended: string[] = [];
  const { clock, controller, stop, run, hasEnded } = start(
    async (key) => {
      begun.push(key);
      await sleep(clock, 1_000);
      ended.push(key);
    },
    { workers: 1 },
  );
  for (const key of ['a', 'b']) controller.enqueue(key);
  controller.enqueueAfter('c', 60_000);
  await clock.advance(500);
  stop.abort();
  controller.enqueue('d');
  await clock.advance(499);
  expect(hasEnded()).toBe(false);
  await clock.advance(10_000);
  await run;
  expect({ begun, ended }).toEqual({ begun: ['a'], ended: ['a'] });
  expect(clock.pending()).toBe(0);
  void controller.run({ signal: new AbortController().signal });
  await clock.advance(3_000);
  expect(ended).toEqual(['a', 'b', 'c', 'd']);
});

test('on stop a pass that takes longer than the drain limit is aborted, is no failure, and its key is kept', async () => {
  let passes = 0;
  const hanging: Reconcile = async (_key, { signal }) => {
    passes += 1;
    await sleep(clock, 1e9, { signal });
  };
  const { clock, controller, stop, run, logger } = start(hanging);
  controller.enqueue('a');
  await clock.advance(0);
  stop.abort();
  await clock.advance(DRAIN_TIME_LIMIT_MS);
  await run;
  expect(logger.lines).toEqual([]);
  void controller.run({ signal: new AbortController().signal });
  await clock.advance(0);
  expect(passes).toBe(2);
});

test('a pass that fails while stopping keeps its key for the next run', async () => {
  let passes = 0;
  const failing: Reconcile = async () => {
    passes += 1;
    await sleep(clock, 10);
    throw new Error('x');
  };
  const { clock, controller, stop, run } = start(failing);
  controller.enqueue('a');
  await clock.advance(5);
  stop.abort();
  await clock.advance(5);
  await run;
  void controller.run({ signal: new AbortController().signal });
  await clock.advance(0);
  expect(passes).toBe(2);
});

test('it runs once at a time, and not at all when told to stop before', async () => {
  let passes = 0;
  const { clock, controller } = start(async () => void (passes += 1));
  await expect(controller.run({ signal: new AbortController().signal })).rejects.toMatchObject({ code: 'INTERNAL' });
  const other = createController({
    name: 'other',
    clock,
    logger: createMemoryLogger(),
    metrics: createDiscardMetrics(),
    reconcile: async () => void (passes += 1),
  });
  other.enqueue('a');
  await other.run({ signal: AbortSignal.abort() });
  expect(passes).toBe(0);
  expect(controller.name).toBe('test');
});

test('keys that wait for a run are bounded', () => {
  const { clock } = start(async () => undefined);
  const common = { name: 'idle', clock, logger: createMemoryLogger(), metrics: createDiscardMetrics() };
  const idle = createController({ ...common, queue: { maxKeys: 2 }, reconcile: async () => undefined });
  for (const key of ['a', 'b', 'a']) idle.enqueue(key);
  expect(() => idle.enqueue('c')).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
});

test('counts passes by outcome, and keys', async () => {
  const seen: string[] = [];
  const metrics = {
    ...createDiscardMetrics(),
    counter: ({ name }: { readonly name: string }) => ({
      add: (_amount: number, labels: Readonly<Record<string, string>> = {}) =>
        void seen.push(`${name} ${labels.outcome}`),
    }),
  };
  const errors = [new K4eError('CONFLICT'), new Error('x'), new K4eError('FORBIDDEN', { retry: 'never' })];
  const { clock, controller } = start(
    async () => {
      const error = errors.shift();
      if (error !== undefined) throw error;
    },
    { metrics },
  );
  controller.enqueue('a');
  await clock.advance(1_000);
  controller.enqueue('a');
  await clock.advance(0);
  expect(seen).toEqual(
    ['conflict', 'failed', 'refused', 'done'].map((outcome) => `k4e_controller_passes_total ${outcome}`),
  );
});

test('a conflict is counted each time; it is no news until it has come too often in a row', async () => {
  const outcomes: (string | undefined)[] = [];
  const metrics = {
    ...createDiscardMetrics(),
    counter: () => ({
      add: (_amount: number, labels: Readonly<Record<string, string>> = {}) => void outcomes.push(labels.outcome),
    }),
  };
  let conflicts = MAX_QUIET_CONFLICTS + 2;
  const contested: Reconcile = async () => {
    conflicts -= 1;
    if (conflicts >= 0) throw new K4eError('CONFLICT');
  };
  const { clock, controller, logger } = start(contested, { metrics });
  const levels = (): string[] => logger.lines.map(({ level }) => level);
  const quiet = Array.from({ length: MAX_QUIET_CONFLICTS }, () => 'debug');
  controller.enqueue('a');
  await clock.advance(60_000);
  expect(levels()).toEqual([...quiet, 'warn', 'warn']);
  expect(outcomes).toEqual([...quiet.map(() => 'conflict'), 'conflict', 'conflict', 'done']);
  conflicts = 1;
  controller.enqueue('a');
  await clock.advance(0);
  expect(levels()).toEqual([...quiet, 'warn', 'warn', 'debug']);
});

test('no more passes at once than workers, and a key that always changes keeps nobody from their turn', async () => {
  let active = 0;
  let most = 0;
  const passes: string[] = [];
  const { clock, controller } = start(
    async (key) => {
      most = Math.max(most, ++active);
      passes.push(key);
      if (key === 'hot') controller.enqueue('hot');
      await sleep(clock, 10);
      active -= 1;
    },
    { workers: 2 },
  );
  controller.enqueue('hot');
  for (let key = 0; key < 20; key++) controller.enqueue(`key-${key}`);
  await clock.advance(200);
  expect(most).toBe(2);
  expect(new Set(passes).size).toBe(21);
});
