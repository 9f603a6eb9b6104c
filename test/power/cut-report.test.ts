import { expect, test } from 'vitest';
import { renderCutTable, summarizeCuts } from './cut-report.ts';
import type { CutResult } from './cut-report.ts';

const cut = (result: Partial<CutResult>): CutResult => ({
  index: 0,
  phase: 'upload',
  delayMs: 0,
  isAlone: false,
  problems: [],
  ...result,
});

test('a run is summed up: what converged, what was wrong, and the median time to the page', () => {
  const results = [
    cut({ convergedMs: 40_000, servedMs: 30_000 }),
    cut({ convergedMs: 60_000, servedMs: 50_000 }),
    cut({ convergedMs: 50_000, servedMs: 40_000, problems: [{ kind: 'file-lost', text: 'a' }] }),
    cut({
      problems: [
        { kind: 'not-converged', text: 'b' },
        { kind: 'state-rejected', text: 'c' },
      ],
    }),
  ];
  expect(summarizeCuts(3, results)).toEqual({
    bench: 'power',
    seed: 3,
    cuts: 4,
    converged: 3,
    filesLost: 1,
    filesTwice: 0,
    podsDoubled: 0,
    stateRejected: 1,
    bootToServedMedianMs: 40_000,
  });
});

test('a run in which no page was served has no median', () => {
  expect(summarizeCuts(1, [cut({ convergedMs: 1 })]).bootToServedMedianMs).toBeNull();
});

test('the table has a line for each phase that was cut', () => {
  const results = [cut({ convergedMs: 40_000 }), cut({}), cut({ phase: 'removal' })];
  expect(renderCutTable(results).split('\n')).toEqual([
    'phase    cuts  converged  median  longest',
    'upload   2     1          40.0 s  40.0 s',
    'removal  1     0          -       -',
  ]);
});
