import { describe, expect, test } from 'vitest';
import type { ObservedContainer, ObservedPod } from '../../ports/index.ts';
import type { RestartPolicy, RunnablePod } from './desired-workload.ts';
import { diagnosePod } from './diagnose-pod.ts';

const pod = (restartPolicy: RestartPolicy = 'Always'): RunnablePod => ({
  request: { name: 'web', fingerprint: 'one', manifest: {} },
  containers: ['a', 'b'],
  ports: [],
  restartPolicy,
  graceMs: 0,
});
const container = (name: string, extra: Partial<ObservedContainer> = {}): ObservedContainer => ({
  name,
  state: 'running',
  startedAtMs: 1_000,
  ...extra,
});
const observed = (a: Partial<ObservedContainer>, fingerprint: string | undefined = 'one'): ObservedPod => ({
  name: 'web',
  fingerprint,
  status: 'Running',
  containers: [container('a', a), container('b')],
});

test('a pod that runs as it should is fine', () => {
  expect(diagnosePod(pod(), observed({}))).toEqual({ state: 'fine' });
});

test.each(['two', undefined])('one with the fingerprint %s was started from something else', (fingerprint) => {
  expect(diagnosePod(pod(), { ...observed({}), fingerprint })).toEqual({ state: 'changed' });
});

test('one that lacks a container was started in part', () => {
  expect(diagnosePod(pod(), { ...observed({}), containers: [container('a')] })).toEqual({ state: 'incomplete' });
});

test('one with a container that was never started is to be started', () => {
  expect(diagnosePod(pod(), observed({ state: 'created' }))).toEqual({ state: 'unstarted' });
});

test.each(['paused', 'unknown'] as const)('a container that is %s is left alone', (state) => {
  expect(diagnosePod(pod(), observed({ state }))).toEqual({ state: 'fine' });
});

describe('a container that exited', () => {
  const ended = { state: 'exited', finishedAtMs: 2_000 } as const;
  test.each([
    ['Always', 0, 'crashed'],
    ['Always', 1, 'crashed'],
    ['OnFailure', 0, 'fine'],
    ['OnFailure', 1, 'crashed'],
    ['OnFailure', undefined, 'crashed'],
    ['Never', 0, 'fine'],
    ['Never', 1, 'fine'],
  ] as const)('under %s with code %s is %s', (policy, exitCode, state) => {
    const end = exitCode === undefined ? ended : { ...ended, exitCode };
    expect(diagnosePod(pod(policy), observed(end)).state).toBe(state);
  });

  test.each([undefined, 500])('without an end after its start (%s) was cut off, and has failed', (finishedAtMs) => {
    const cut = { state: 'exited', exitCode: 0, ...(finishedAtMs === undefined ? {} : { finishedAtMs }) } as const;
    expect(diagnosePod(pod('OnFailure'), observed(cut)).state).toBe('crashed');
    expect(diagnosePod(pod('Never'), observed(cut)).state).toBe('fine');
  });
});

test('a container that probes had ended has failed, whatever it exited with, unless its pod is never restarted', () => {
  const ended = { name: 'main', state: 'exited', exitCode: 0, startedAtMs: 1, finishedAtMs: 2 } as const;
  const observed = { name: 'web', fingerprint: 'one', status: 'Exited', containers: [ended] };
  const verdicts = [{ container: 'main', startedAtMs: 1, condemned: { reason: 'it hangs' } }];
  const request = { name: 'web', fingerprint: 'one' };
  const diagnose = (restartPolicy: RestartPolicy, said = verdicts) =>
    diagnosePod({ request, containers: ['main'], ports: [], graceMs: 0, restartPolicy }, observed, said);
  expect(diagnose('OnFailure')).toEqual({ state: 'crashed', containers: [{ ...ended, reason: 'it hangs' }] });
  expect(diagnose('OnFailure', [])).toEqual({ state: 'fine' });
  expect(diagnose('Never')).toEqual({ state: 'fine' });
});
