import fc from 'fast-check';
import { expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import { createWorkQueue } from '@k4e/core/reconcile';
import type { WorkQueue } from '@k4e/core/reconcile';
import { createFakeClock } from '@k4e/core/testing';
import type { FakeClock } from '@k4e/core/testing';

const BACKOFF = { firstMs: 10, maxMs: 80, factor: 2, jitter: 0 };
const FREE_RATE = { perSecond: 1_000_000, burst: 1_000_000 };

/** What a key must be like, kept in the plainest way. */
interface ModelKey {
  listedAtMs?: number;
  dueMs?: number;
  isTaken: boolean;
  isDirty: boolean;
  failures: number;
}

class Model {
  readonly keys = new Map<string, ModelKey>();
  nowMs = 0;

  of(name: string): ModelKey {
    const known = this.keys.get(name) ?? { isTaken: false, isDirty: false, failures: 0 };
    this.keys.set(name, known);
    return known;
  }

  ready(key: ModelKey): void {
    delete key.dueMs;
    if (key.isTaken) key.isDirty = true;
    else key.listedAtMs ??= this.nowMs;
  }

  wait(key: ModelKey, delayMs: number): void {
    if (delayMs <= 0) return this.ready(key);
    if (key.isDirty || key.listedAtMs !== undefined) return;
    key.dueMs = Math.min(key.dueMs ?? Infinity, this.nowMs + delayMs);
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    const due = [...this.keys.values()].filter((key) => (key.dueMs ?? Infinity) <= endMs);
    for (const key of due.sort((a, b) => (a.dueMs ?? 0) - (b.dueMs ?? 0))) {
      this.nowMs = key.dueMs ?? endMs;
      this.ready(key);
    }
    this.nowMs = endMs;
  }

  available(): [string, ModelKey][] {
    return [...this.keys].filter(([, key]) => key.listedAtMs !== undefined);
  }

  waiting(): number {
    return [...this.keys.values()].filter((key) => key.dueMs !== undefined).length;
  }
}

type Step =
  | { readonly do: 'add' | 'done' | 'forget'; readonly key: string }
  | { readonly do: 'addAfter'; readonly key: string; readonly delayMs: number }
  | { readonly do: 'retry'; readonly key: string; readonly code: 'INTERNAL' | 'CONFLICT' }
  | { readonly do: 'give up'; readonly key: string }
  | { readonly do: 'take' }
  | { readonly do: 'advance'; readonly ms: number };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('add', 'done', 'forget'), key }),
  fc.record({ do: fc.constant('addAfter'), key, delayMs: fc.integer({ min: -1, max: 50 }) }),
  fc.record({ do: fc.constant('retry'), key, code: fc.constantFrom('INTERNAL', 'CONFLICT') }),
  fc.record({ do: fc.constant('give up'), key }),
  fc.record({ do: fc.constant('take') }),
  fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 0, max: 40 }) }),
);

async function take(queue: WorkQueue, model: Model): Promise<void> {
  const available = model.available();
  if (available.length === 0) return;
  const item = await queue.take();
  const oldestMs = Math.min(...available.map(([, entry]) => entry.listedAtMs ?? Infinity));
  const oldest = available.filter(([, entry]) => entry.listedAtMs === oldestMs).map(([name]) => name);
  expect(oldest).toContain(item?.key);
  const entry = model.of(item?.key ?? '');
  delete entry.listedAtMs;
  entry.isTaken = true;
}

const RETRY_MS = { INTERNAL: [10, 20, 40, 80], CONFLICT: [0, 25, 100, 80] } as const;

function work(queue: WorkQueue, model: Model, name: string, step: Step): void {
  const entry = model.of(name);
  if (!entry.isTaken) return expect(() => queue.done(name)).toThrow('not taken');
  if (step.do === 'retry') {
    entry.failures += 1;
    const delayMs = RETRY_MS[step.code][entry.failures - 1] ?? 80;
    expect(queue.retry(name, new K4eError(step.code))).toBe(delayMs);
    return model.wait(entry, delayMs);
  }
  if (step.do === 'give up') {
    entry.failures = 0;
    return expect(queue.retry(name, new K4eError('FORBIDDEN', { retry: 'never' }))).toBeUndefined();
  }
  queue.done(name);
  entry.isTaken = false;
  if (entry.isDirty) entry.listedAtMs = model.nowMs;
  entry.isDirty = false;
}

async function run(queue: WorkQueue, model: Model, clock: FakeClock, step: Step): Promise<void> {
  switch (step.do) {
    case 'add':
      queue.add(step.key);
      return model.ready(model.of(step.key));
    case 'addAfter':
      queue.addAfter(step.key, step.delayMs);
      return model.wait(model.of(step.key), step.delayMs);
    case 'forget':
      queue.forget(step.key);
      model.of(step.key).failures = 0;
      return;
    case 'advance':
      await clock.advance(step.ms);
      return model.advance(step.ms);
    case 'take':
      return take(queue, model);
    case 'done':
    case 'retry':
    case 'give up':
      return work(queue, model, step.key, step);
  }
}

test('whatever is asked of it, the queue does what a plain model of it does', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const clock = createFakeClock();
    const model = new Model();
    const queue = createWorkQueue({ clock, backoff: BACKOFF, retryRate: FREE_RATE, random: () => 0 });
    for (const next of steps) {
      await run(queue, model, clock, next);
      expect({ ready: queue.length, delayed: queue.delayed }).toEqual({
        ready: model.available().length,
        delayed: model.waiting(),
      });
    }
    expect(clock.pending()).toBeLessThanOrEqual(1);
  });
  await fc.assert(property, { numRuns: 300 });
});

interface Request {
  readonly key: string;
  readonly atMs: number;
}

const requests = fc.array(fc.record({ key, atMs: fc.integer({ min: 0, max: 200 }) }), { minLength: 1, maxLength: 40 });

test('many workers: never two on one key, a pass after every request, no pass that nobody asked for', async () => {
  const property = fc.asyncProperty(
    requests,
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 0, max: 30 }),
    workersKeepTheRules,
  );
  await fc.assert(property, { numRuns: 100 });
});

async function workersKeepTheRules(asked: readonly Request[], workers: number, passMs: number): Promise<void> {
  const clock = createFakeClock();
  const queue = createWorkQueue({ clock });
  const passes: { key: string; startMs: number; endMs: number }[] = [];
  const work = async (): Promise<void> => {
    for (let item = await queue.take(); item !== undefined; item = await queue.take()) {
      const pass = { key: item.key, startMs: clock.monotonicMs(), endMs: Infinity };
      passes.push(pass);
      await new Promise<void>((resolve) => void clock.schedule(passMs, resolve));
      pass.endMs = clock.monotonicMs();
      queue.done(item.key);
    }
  };
  const ends = Array.from({ length: workers }, work);
  for (const { key, atMs } of asked) clock.schedule(atMs, () => queue.add(key));
  await clock.advance(201 + (asked.length + 1) * passMs);
  queue.shutdown();
  await Promise.all(ends);
  for (const { key, atMs } of asked) expect(passes.some((pass) => pass.key === key && pass.startMs >= atMs)).toBe(true);
  for (const pass of passes) {
    const others = passes.filter((other) => other !== pass && other.key === pass.key);
    expect(others.some((other) => other.startMs < pass.endMs && pass.startMs < other.endMs)).toBe(false);
    expect(asked.some((request) => request.key === pass.key && request.atMs <= pass.startMs)).toBe(true);
  }
  expect(passes.length).toBeLessThanOrEqual(asked.length);
}
