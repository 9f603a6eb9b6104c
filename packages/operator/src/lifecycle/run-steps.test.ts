import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { runSteps } from './run-steps.ts';
import type { LifecycleStep } from './run-steps.ts';

test('each step comes after the one before, and failures are told, not thrown', async () => {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const done: string[] = [];
  const step = (name: string, error?: Error): LifecycleStep => ({
    name,
    deadlineMs: 1_000,
    run: () => {
      done.push(name);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  });
  const failures = await runSteps([step('a'), step('b', new Error('broken')), step('c')], { clock, logger });
  expect(done).toEqual(['a', 'b', 'c']);
  expect(failures).toEqual(['b: broken']);
  expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('a step that takes too long is told so, and the next one comes', async () => {
  const clock = createFakeClock();
  let signal: AbortSignal | undefined;
  let next = false;
  const steps: LifecycleStep[] = [
    {
      name: 'slow',
      deadlineMs: 100,
      run: (options) => {
        signal = options.signal;
        return new Promise(() => undefined);
      },
    },
    { name: 'next', deadlineMs: 100, run: async () => void (next = true) },
  ];
  const ended = runSteps(steps, { clock, logger: createMemoryLogger() });
  await clock.advance(99);
  expect(signal?.aborted).toBe(false);
  await clock.advance(1);
  expect(await ended).toEqual([expect.stringContaining('slow')]);
  expect(signal?.aborted).toBe(true);
  expect(next).toBe(true);
});
