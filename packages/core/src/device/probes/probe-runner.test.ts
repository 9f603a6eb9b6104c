import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import type { ObservedContainer, ProbeOutcome } from '../../ports/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import type { ContainerProbes, ProbePlan } from './container-probes.ts';
import { MAX_PARALLEL_PROBES, PROBE_LIMIT_MS, ProbeRunner } from './probe-runner.ts';
import type { ProbedPod } from './probe-runner.ts';

const GOOD: ProbeOutcome = { isGood: true };
const BAD: ProbeOutcome = { isGood: false, reason: 'no' };
const PERIOD_MS = 10_000;

function plan(more: Partial<ProbePlan> = {}): ProbePlan {
  const times = { initialDelayMs: 0, periodMs: PERIOD_MS, timeoutMs: 1_000 };
  return { action: { kind: 'tcpSocket', port: 1 }, ...times, successThreshold: 1, failureThreshold: 3, ...more };
}

function pod(
  name: string,
  probes: Omit<ContainerProbes, 'container'>,
  more: Partial<ObservedContainer> = {},
): ProbedPod {
  const container = { name: 'web', state: 'running', startedAtMs: 1, ...more } as const;
  return { name, fingerprint: 'one', probes: [{ container: 'web', ...probes }], containers: [container] };
}

/** A runner whose probes come to `answer`, which can be set. */
function createRig(random = () => 0) {
  const clock = createFakeClock();
  const probed: string[] = [];
  const rig = {
    clock,
    probed,
    verdicts: 0,
    outages: 0,
    answer: (_name: string): ProbeOutcome | Promise<ProbeOutcome> => GOOD,
    signals: [] as (AbortSignal | undefined)[],
  };
  const runner = new ProbeRunner({
    runtime: {
      probe: async (name, _container, _action, { signal }) => {
        probed.push(name);
        rig.signals.push(signal);
        return rig.answer(name);
      },
    },
    clock,
    random,
    onVerdict: () => {
      rig.verdicts++;
    },
    onUnavailable: () => {
      rig.outages++;
      runner.suspend();
    },
  });
  const observe = (...pods: readonly ProbedPod[]): void => runner.observe(pods, () => false);
  const said = (name = 'a') => runner.verdicts().get(name)?.[0];
  return { ...rig, rig, runner, observe, said };
}

test('a container is probed after its delay, then once a period, on one timer', async () => {
  const { clock, probed, observe } = createRig();
  observe(pod('a', { liveness: plan({ initialDelayMs: 5_000 }) }), pod('b', { liveness: plan() }));
  await clock.advance(0);
  expect([probed, clock.pending()]).toEqual([['b'], 1]);
  await clock.advance(5_000);
  expect(probed).toEqual(['b', 'a']);
  await clock.advance(2 * PERIOD_MS);
  expect(probed.toSorted()).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  expect(clock.pending()).toBe(1);
});

test('seeing the same again changes nothing', async () => {
  const { clock, probed, observe } = createRig();
  for (let looks = 0; looks < 19; looks++) {
    observe(pod('a', { liveness: plan() }));
    await clock.advance(PERIOD_MS / 10);
  }
  expect(probed).toHaveLength(2);
});

test('a container that fails often enough is given up, told once, and no longer probed', async () => {
  const { clock, rig, probed, observe, said } = createRig();
  rig.answer = () => BAD;
  observe(pod('a', { liveness: plan() }));
  await clock.advance(PERIOD_MS);
  expect([said()?.condemned, rig.verdicts]).toEqual([undefined, 0]);
  await clock.advance(10 * PERIOD_MS);
  expect(said()?.condemned?.reason).toMatch(/3 times/);
  expect([probed.length, rig.verdicts, clock.pending()]).toEqual([3, 1, 0]);
});

test('what is said of readiness is told when it changes, and not when only the words do', async () => {
  const { clock, rig, observe, said } = createRig();
  let results = 0;
  rig.answer = () => ({ isGood: false, reason: `no ${results++}` });
  observe(pod('a', { readiness: plan() }));
  expect(said()?.unready).toBe('container web is not ready yet');
  await clock.advance(0);
  expect([said()?.unready, rig.verdicts]).toEqual(['container web is not ready: readiness probe: no 0', 1]);
  await clock.advance(3 * PERIOD_MS);
  expect([said()?.unready, rig.verdicts]).toEqual(['container web is not ready: readiness probe: no 3', 1]);
  rig.answer = () => GOOD;
  await clock.advance(PERIOD_MS);
  expect([said()?.unready, rig.verdicts]).toEqual([undefined, 2]);
});

test('all begins anew with a start of the container, with other probes, and with a renewal', async () => {
  const { clock, rig, runner, observe, said } = createRig();
  rig.answer = () => BAD;
  const giveUp = async (seen: ProbedPod): Promise<void> => {
    observe(seen);
    await clock.advance(3 * PERIOD_MS);
    expect(said()?.condemned).toBeDefined();
  };
  const first = pod('a', { liveness: plan() });
  await giveUp(first);
  observe(pod('a', { liveness: plan() }, { startedAtMs: 2 }));
  expect(said()?.condemned).toBeUndefined();
  await giveUp(pod('a', { liveness: plan() }, { startedAtMs: 2 }));
  observe(pod('a', { liveness: plan({ timeoutMs: 2 }) }, { startedAtMs: 2 }));
  expect(said()?.condemned).toBeUndefined();
  await giveUp(first);
  // Two starts within one tick of the runtime's clock look the same.
  runner.renew('a', ['web']);
  observe(first);
  expect(said()?.condemned).toBeUndefined();
});

test('what is known of a container that has ended stays until it is gone; it is not probed', async () => {
  const { clock, rig, probed, observe, said, runner } = createRig();
  rig.answer = () => BAD;
  observe(pod('a', { liveness: plan() }));
  await clock.advance(3 * PERIOD_MS);
  observe(pod('a', { liveness: plan() }, { state: 'exited' }));
  await clock.advance(10 * PERIOD_MS);
  expect([said()?.condemned !== undefined, probed.length]).toEqual([true, 3]);
  observe();
  expect([...runner.verdicts()]).toEqual([]);
});

test('a result that comes after the container was started again counts for nothing', async () => {
  const { clock, rig, observe, said } = createRig();
  let release = (_outcome: ProbeOutcome): void => undefined;
  rig.answer = () => new Promise((resolve) => (release = resolve));
  const once = { liveness: plan({ failureThreshold: 1 }) };
  observe(pod('a', once));
  await clock.advance(0);
  rig.answer = () => GOOD;
  observe(pod('a', once, { startedAtMs: 2 }));
  release(BAD);
  await clock.advance(PERIOD_MS);
  expect(said()?.condemned).toBeUndefined();
});

test('what is being worked on is left as it is', async () => {
  const { clock, rig, probed, runner, said } = createRig();
  rig.answer = () => BAD;
  runner.observe([pod('a', { liveness: plan() })], () => false);
  await clock.advance(3 * PERIOD_MS);
  runner.observe([], (name) => name === 'a');
  expect([said()?.condemned !== undefined, probed.length]).toEqual([true, 3]);
});

test(`no more than ${MAX_PARALLEL_PROBES} probes run at once, and all get their turn`, async () => {
  const { clock, rig, probed, observe, runner } = createRig();
  let running = 0;
  let most = 0;
  rig.answer = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => void clock.schedule(100, resolve));
    running--;
    return BAD;
  };
  const names = Array.from({ length: 20 }, (_, index) => `pod-${index}`);
  observe(...names.map((name) => pod(name, { liveness: plan({ failureThreshold: 1 }) })));
  await clock.advance(1_000);
  expect([most, new Set(probed).size]).toEqual([MAX_PARALLEL_PROBES, names.length]);
  expect([...runner.verdicts().values()].flat().filter(({ condemned }) => condemned !== undefined)).toHaveLength(20);
});

test('the first probes of 256 containers are spread, and so are the later ones', async () => {
  let seed = 1;
  const { clock, probed, observe } = createRig(() => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647);
  observe(...Array.from({ length: 256 }, (_, index) => pod(`pod-${index}`, { liveness: plan() })));
  const counts: number[] = [];
  for (let tick = 0; tick < 120; tick++) {
    const before = probed.length;
    await clock.advance(100);
    counts.push(probed.length - before);
  }
  expect(probed.length).toBeGreaterThanOrEqual(2 * 256);
  expect(Math.max(...counts.slice(0, 20))).toBeLessThan(60);
  expect(Math.max(...counts.slice(20))).toBeLessThan(40);
});

test('a runtime that is away is told of, counts for nothing, and probing goes on after the next look', async () => {
  const { clock, rig, probed, observe, said } = createRig();
  const seen = pod('a', { liveness: plan({ failureThreshold: 1 }) });
  rig.answer = () => Promise.reject(new K4eError('RUNTIME_UNAVAILABLE'));
  observe(seen);
  await clock.advance(10 * PERIOD_MS);
  expect([probed.length, rig.outages, clock.pending()]).toEqual([1, 1, 0]);
  rig.answer = () => GOOD;
  observe(seen);
  await clock.advance(PERIOD_MS - 1);
  expect(probed).toHaveLength(2);
  expect(said()).toEqual({ container: 'web', startedAtMs: 1 });
});

test('a suspension gives up what is under way, and what comes of it counts for nothing', async () => {
  const { clock, rig, runner, observe, said } = createRig();
  rig.answer = () => new Promise(() => undefined);
  observe(pod('a', { liveness: plan({ failureThreshold: 1 }) }));
  await clock.advance(0);
  runner.suspend();
  await runner.settled();
  expect(rig.signals[0]?.aborted).toBe(true);
  expect([said()?.condemned, clock.pending()]).toEqual([undefined, 0]);
});

test('a probe that cannot be made says so, and nothing of the container', async () => {
  const { clock, rig, observe, said } = createRig();
  rig.answer = () => Promise.reject(new K4eError('RUNTIME_FAILED', { message: 'no address' }));
  observe(pod('a', { liveness: plan({ failureThreshold: 1 }) }));
  await clock.advance(3 * PERIOD_MS);
  expect(said()?.trouble).toContain('no address');
  expect([said()?.condemned, rig.verdicts]).toEqual([undefined, 1]);
  rig.answer = () => GOOD;
  await clock.advance(PERIOD_MS);
  expect([said()?.trouble, rig.verdicts]).toEqual([undefined, 2]);
});

test('a runtime that does not answer a probe is given up in time, and its slot is free again', async () => {
  const { clock, rig, observe, said } = createRig();
  rig.answer = () => new Promise(() => undefined);
  observe(pod('a', { liveness: plan({ failureThreshold: 1 }) }));
  await clock.advance(1_000 + PROBE_LIMIT_MS - 1);
  rig.answer = () => GOOD;
  await clock.advance(PERIOD_MS);
  expect([said()?.condemned, said()?.trouble]).toEqual([undefined, undefined]);
});
