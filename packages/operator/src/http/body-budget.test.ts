import { expect, test } from 'vitest';
import { createBodyBudget } from './body-budget.ts';

test('gives up to its limit, refuses what is more, and gives again what came back', () => {
  const budget = createBodyBudget(10);
  expect(budget.take(6)).toBe(true);
  expect(budget.take(5)).toBe(false);
  expect(budget.take(4)).toBe(true);
  expect(budget.take(1)).toBe(false);
  budget.release(4);
  expect(budget.take(4)).toBe(true);
});
