import { expect, test } from 'vitest';
import { CUT_PHASES, planCuts } from './cut-plan.ts';

test('the same seed plans the same cuts, another one others', () => {
  expect(planCuts(20, 7)).toEqual(planCuts(20, 7));
  expect(planCuts(20, 7)).not.toEqual(planCuts(20, 8));
});

test('seeds that are close cut at moments that are not', () => {
  const first = Array.from({ length: 20 }, (_none, seed) => planCuts(1, seed)[0]?.delayMs ?? 0);
  expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(15_000);
});

test('every phase comes as often as the others, and the moments differ', () => {
  const cuts = planCuts(CUT_PHASES.length * 4, 1);
  for (const phase of CUT_PHASES) {
    const own = cuts.filter((cut) => cut.phase === phase);
    expect(own).toHaveLength(4);
    expect(new Set(own.map(({ delayMs }) => delayMs)).size).toBe(4);
  }
  expect(new Set(cuts.map(({ isAlone }) => isAlone)).size).toBe(2);
});

test('a run of some phases has these alone', () => {
  expect(planCuts(3, 1, ['upload', 'removal']).map(({ phase }) => phase)).toEqual(['upload', 'removal', 'upload']);
});
