/** A few of the cuts that `npm run test:power` makes: no moment may leave a device that is not what it should be. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { planCuts } from '../power/cut-plan.ts';
import { startPowerBench } from '../power/power-bench.ts';
import { CONVERGE_LIMIT_MS, retire, runCut } from '../power/run-cut.ts';
import type { CutRun } from '../power/run-cut.ts';

/** A new device that pulls its first image, then what it does most, the second time with nobody there. */
const CUTS = planCuts(3, 51, ['image-load', 'replacement', 'upload']);
/** A phase has waits before the cut, and after it. */
const CUT_LIMIT_MS = 3 * CONVERGE_LIMIT_MS;

await describeWithPart(['control-plane', 'virtual-machine', 'minio'], 'a device whose power is cut', () => {
  let run: CutRun;
  beforeAll(async () => {
    run = { bench: await startPowerBench(() => undefined), device: undefined, generation: 0 };
  }, 600_000);
  afterAll(async () => {
    await retire(run);
    await run.bench.stop();
  });

  test('tries a cut with the control plane, and one without', () => {
    expect(CUTS.map(({ isAlone }) => isAlone)).toEqual([false, true, false]);
  });

  test.each(CUTS)(
    'comes back from a cut during $phase after $delayMs ms',
    async (cut) => {
      const { problems, convergedMs } = await runCut(run, cut);
      expect(problems).toEqual([]);
      expect(convergedMs).toBeGreaterThan(0);
    },
    CUT_LIMIT_MS,
  );
});
