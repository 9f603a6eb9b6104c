import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProbeOutcome } from '../../ports/index.ts';
import { dueProbes, newHealth, nextHealth, unreadiness } from './container-health.ts';
import type { ContainerHealth } from './container-health.ts';
import { PROBE_KINDS } from './container-probes.ts';
import type { ContainerProbes, ProbeKind, ProbePlan } from './container-probes.ts';
import { verdictOf } from './verdict.ts';

function plan(more: Partial<ProbePlan> = {}): ProbePlan {
  const times = { initialDelayMs: 0, periodMs: 10_000, timeoutMs: 1_000 };
  return { action: { kind: 'tcpSocket', port: 1 }, ...times, successThreshold: 1, failureThreshold: 3, ...more };
}

const GOOD: ProbeOutcome = { isGood: true };
const BAD: ProbeOutcome = { isGood: false, reason: 'ECONNREFUSED' };

/** Results in order, as `l-` for a bad liveness probe and `r+` for a good readiness probe. */
function after(probes: ContainerProbes, results: string): ContainerHealth {
  return results
    .split(' ')
    .filter(Boolean)
    .reduce<ContainerHealth>((health, [letter, sign]) => {
      const kind = PROBE_KINDS.find((one) => one.startsWith(letter ?? '')) ?? 'startup';
      return nextHealth(probes, health, kind, sign === '+' ? GOOD : BAD);
    }, newHealth());
}

describe('what is probed next', () => {
  const all: ContainerProbes = { container: 'web', startup: plan(), liveness: plan(), readiness: plan() };
  const { startup: _, ...started } = all;
  test.each<[string, ContainerProbes, string, readonly ProbeKind[]]>([
    ['the startup probe alone, first', all, '', ['startup']],
    ['the startup probe again while it has not passed', all, 's- s-', ['startup']],
    ['the others once it has passed', all, 's- s+', ['liveness', 'readiness']],
    ['no results count that are not due', all, 'l- l- l- r+', ['startup']],
    ['all others at once without a startup probe', started, '', ['liveness', 'readiness']],
    ['nothing once liveness has failed', started, 'l- l- l-', []],
    ['nothing once startup has failed', all, 's- s- s-', []],
    ['both while readiness fails', started, 'r- r- r- r-', ['liveness', 'readiness']],
  ])('%s', (_name, probes, results, kinds) => {
    expect(dueProbes(probes, after(probes, results))).toEqual(kinds);
  });
});

describe('verdicts', () => {
  const reason = (kind: string, times: string) => `container web failed its ${kind} probe${times}: ECONNREFUSED`;
  test.each<[string, Omit<ContainerProbes, 'container'>, string, string | undefined]>([
    ['failures below the threshold', { liveness: plan() }, 'l- l-', undefined],
    ['failures up to the threshold', { liveness: plan() }, 'l- l- l-', reason('liveness', ' 3 times')],
    ['one failure where one is enough', { liveness: plan({ failureThreshold: 1 }) }, 'l+ l-', reason('liveness', '')],
    ['a success between failures', { liveness: plan() }, 'l- l- l+ l- l-', undefined],
    ['results after the end', { liveness: plan() }, 'l- l- l- l+ l+', reason('liveness', ' 3 times')],
    ['a start that takes too long', { startup: plan(), liveness: plan() }, 's- s- s-', reason('startup', ' 3 times')],
    ['readiness that fails', { readiness: plan() }, 'r- r- r- r- r-', undefined],
  ])('%s', (_name, kinds, results, condemned) => {
    const probes = { container: 'web', ...kinds };
    expect(verdictOf(probes, after(probes, results), 5).condemned?.reason).toBe(condemned);
  });

  test('the grace of the probe that failed is told', () => {
    const probes = { container: 'web', liveness: plan({ failureThreshold: 1, graceMs: 7 }) };
    expect(verdictOf(probes, after(probes, 'l-'), 5)).toMatchObject({ startedAtMs: 5, condemned: { graceMs: 7 } });
  });

  const yet = 'container web is not ready yet';
  const no = 'container web is not ready: readiness probe: ECONNREFUSED';
  test.each<[string, Omit<ContainerProbes, 'container'>, string, string | undefined]>([
    ['not before the first result', { readiness: plan() }, '', yet],
    ['at the first failure, why', { readiness: plan() }, 'r-', no],
    ['after enough successes', { readiness: plan({ successThreshold: 2 }) }, 'r+', yet],
    ['after enough successes', { readiness: plan({ successThreshold: 2 }) }, 'r+ r+', undefined],
    ['until enough failures', { readiness: plan() }, 'r+ r- r-', undefined],
    ['not after enough failures', { readiness: plan() }, 'r+ r- r- r-', no],
    ['again', { readiness: plan() }, 'r+ r- r- r- r+', undefined],
    ['not while it starts', { startup: plan() }, 's-', 'container web is not ready: startup probe: ECONNREFUSED'],
    ['once started, where nothing else is asked', { startup: plan() }, 's+', undefined],
    ['when only liveness is probed', { liveness: plan() }, 'l-', undefined],
  ])('ready: %s', (_name, kinds, results, unready) => {
    const probes = { container: 'web', ...kinds };
    expect(unreadiness(probes, after(probes, results))).toBe(unready);
  });
});

test('a container is given up just when its last results were failures, as many as its threshold, and never otherwise', () => {
  const thresholds = fc.record({ startup: fc.integer({ min: 1, max: 4 }), liveness: fc.integer({ min: 1, max: 4 }) });
  const results = fc.array(fc.boolean(), { maxLength: 30 });
  fc.assert(
    fc.property(thresholds, fc.boolean(), results, (threshold, hasStartup, goods) => {
      const probes: ContainerProbes = {
        container: 'web',
        ...(hasStartup ? { startup: plan({ failureThreshold: threshold.startup }) } : {}),
        liveness: plan({ failureThreshold: threshold.liveness }),
      };
      let health = newHealth();
      // The model: how many failures in a row of the probe whose turn it is.
      let turn: 'startup' | 'liveness' = hasStartup ? 'startup' : 'liveness';
      let failures = 0;
      let isOver = false;
      for (const isGood of goods) {
        expect(dueProbes(probes, health)).toEqual(isOver ? [] : [turn]);
        health = nextHealth(probes, health, turn, isGood ? GOOD : BAD);
        if (isOver) continue;
        failures = isGood ? 0 : failures + 1;
        isOver = failures >= threshold[turn];
        if (isGood) turn = 'liveness';
        expect(verdictOf(probes, health, 0).condemned !== undefined).toBe(isOver);
      }
    }),
  );
});
