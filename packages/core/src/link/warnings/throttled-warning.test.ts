import { expect, test } from 'vitest';
import { createFakeClock, createMemoryLogger } from '../../testing/index.ts';
import { WARNING_RATE, createThrottledWarning } from './throttled-warning.ts';

test('a flood is a few lines, and the next line counts the rest', async () => {
  const [clock, logger] = [createFakeClock(), createMemoryLogger()];
  const warn = createThrottledWarning(logger, clock);
  for (let i = 0; i < 1_000; i++) warn('x', { i });
  expect(logger.lines).toHaveLength(WARNING_RATE.burst);
  warn('y');
  expect(logger.lines.at(-1)).toEqual({ level: 'warn', message: 'y', fields: {} });
  await clock.advance(1_000 / WARNING_RATE.perSecond);
  warn('x');
  expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', fields: { suppressed: 1_000 - WARNING_RATE.burst } });
});
