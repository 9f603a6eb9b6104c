import { expect, test } from 'vitest';
import type { ObservedContainer, ObservedPod } from '../../ports/index.ts';
import type { ContainerVerdict, Verdicts } from '../probes/index.ts';
import type { Attempt } from './attempts.ts';
import type { DesiredWorkload } from './desired-workload.ts';
import { MAX_REPORT_MESSAGE, reportWorkloads } from './report-workloads.ts';
import type { ReportedSituation } from './report-workloads.ts';

const pod = {
  request: { name: 'web', fingerprint: 'one', manifest: {} },
  containers: ['main'],
  ports: [],
  restartPolicy: 'Always',
  graceMs: 0,
} as const;
const wanted: DesiredWorkload = { intent: 'run', name: 'web', pod };
const attempt = (extra: Partial<Attempt> = {}): Attempt => ({
  fingerprint: 'one',
  atMs: 0,
  failures: 0,
  repairs: 0,
  notBeforeMs: 0,
  ...extra,
});
const there = (extra: Partial<ObservedContainer> = {}, status = 'Running'): ObservedPod => ({
  name: 'web',
  fingerprint: 'one',
  status,
  containers: [{ name: 'main', state: 'running', ...extra }],
});
const report = (situation: Partial<ReportedSituation>) =>
  reportWorkloads({
    desired: [wanted],
    observed: [],
    runs: new Map(),
    removals: new Map(),
    preparations: new Map(),
    endings: new Map(),
    verdicts: new Map(),
    outage: undefined,
    ...situation,
  });

test("the runtime's own word, when all is well", () => {
  expect(report({ observed: [there()] })).toEqual([{ name: 'web', status: 'Running' }]);
  expect(report({ observed: [there({ state: 'paused' }, 'Paused')] })).toEqual([{ name: 'web', status: 'Paused' }]);
});

test('being started', () => {
  expect(report({ observed: undefined })).toEqual([{ name: 'web', status: 'Deploying' }]);
  expect(report({})).toEqual([{ name: 'web', status: 'Deploying' }]);
  expect(report({ observed: [{ ...there(), fingerprint: 'old' }] })).toEqual([{ name: 'web', status: 'Deploying' }]);
  const afterReboot = there({ state: 'exited', exitCode: 0 }, 'Exited');
  expect(report({ observed: [afterReboot] })).toEqual([{ name: 'web', status: 'Deploying' }]);
});

test('a failed start: why, and when it is tried again', () => {
  const runs = new Map([['web', attempt({ failures: 1, failure: 'no such image', notBeforeMs: 10_000 })]]);
  expect(report({ runs })).toEqual([{ name: 'web', status: 'Error', message: 'no such image', retryAtMs: 10_000 }]);
  const never = new Map([['web', attempt({ failures: 1, failure: 'bad', notBeforeMs: Infinity })]]);
  expect(report({ runs: never })).toEqual([{ name: 'web', status: 'Error', message: 'bad' }]);
  const older = new Map([['web', attempt({ fingerprint: 'old', failures: 1, failure: 'no' })]]);
  expect(report({ runs: older })).toEqual([{ name: 'web', status: 'Deploying' }]);
  expect(report({ runs, observed: [there()] })).toEqual([{ name: 'web', status: 'Running' }]);
});

test('a crash: which container, how often, and when it is started again', () => {
  const runs = new Map([['web', attempt({ repairs: 2, notBeforeMs: 20_000 })]]);
  expect(report({ runs, observed: [there({ state: 'exited', exitCode: 3 }, 'Exited')] })).toEqual([
    {
      name: 'web',
      status: 'Exited',
      message: 'container main exited with code 3; started again 2 times',
      retryAtMs: 20_000,
    },
  ]);
});

test('one that has ended for good says so only when it ended badly', () => {
  const desired: DesiredWorkload[] = [{ ...wanted, pod: { ...pod, restartPolicy: 'Never' } }];
  const ended = (exitCode: number) => report({ desired, observed: [there({ state: 'exited', exitCode }, 'Exited')] });
  expect(ended(0)).toEqual([{ name: 'web', status: 'Exited' }]);
  expect(ended(1)).toEqual([{ name: 'web', status: 'Exited', message: 'container main exited with code 1' }]);
});

test('a workload with a problem reports it, whatever its pod does', () => {
  const desired: DesiredWorkload[] = [
    { ...wanted, problem: 'bad spec' },
    { intent: 'withhold', name: 'b', problem: 'port' },
  ];
  expect(report({ desired, observed: [there()] })).toEqual([
    { name: 'b', status: 'Error', message: 'port' },
    { name: 'web', status: 'Error', message: 'bad spec; the version before it is kept running' },
  ]);
});

test('while the runtime is away nobody knows', () => {
  expect(report({ observed: [there()], outage: 'no socket' })).toEqual([
    { name: 'web', status: 'Unknown', message: 'no socket' },
  ]);
});

test('pods that are not wanted are reported as long as they are there', () => {
  const removals = new Map([['web', attempt({ fingerprint: undefined, failure: 'stuck', notBeforeMs: 5 })]]);
  expect(report({ desired: [], observed: [there()], removals })).toEqual([
    { name: 'web', status: 'Running', message: 'stuck', retryAtMs: 5 },
  ]);
});

test('a changed pod whose removal fails is in error', () => {
  const removals = new Map([['web', attempt({ fingerprint: undefined, failure: 'stuck', notBeforeMs: 5 })]]);
  expect(report({ observed: [{ ...there(), fingerprint: 'old' }], removals })).toMatchObject([
    { status: 'Error', message: 'stuck' },
  ]);
});

test('a successor that cannot be prepared: why, when it is tried again, and that the old one stays', () => {
  const preparations = new Map([['web', attempt({ failures: 1, failure: 'no such image', notBeforeMs: 10_000 })]]);
  const observed = [{ ...there(), fingerprint: 'old' }];
  const message = 'no such image; the version before it is kept running';
  expect(report({ observed, preparations })).toEqual([{ name: 'web', status: 'Error', message, retryAtMs: 10_000 }]);
  const older = new Map([['web', attempt({ fingerprint: 'other', failures: 1, failure: 'no such image' })]]);
  expect(report({ observed, preparations: older })).toEqual([{ name: 'web', status: 'Deploying' }]);
  expect(report({ observed: [there()], preparations })).toEqual([{ name: 'web', status: 'Running' }]);
  const runs = new Map([['web', attempt({ fingerprint: 'old', failures: 1, failure: 'no' })]]);
  expect(report({ observed, runs })).toEqual([{ name: 'web', status: 'Deploying' }]);
});

test('a message has a limit', () => {
  const runs = new Map([['web', attempt({ failure: 'x'.repeat(5_000), failures: 1 })]]);
  expect(report({ runs })[0]?.message).toHaveLength(MAX_REPORT_MESSAGE);
});

const verdicts = (verdict: Omit<ContainerVerdict, 'container' | 'startedAtMs'>): Verdicts =>
  new Map([['web', [{ container: 'main', startedAtMs: 1, ...verdict }]]]);

test.each<[string, Omit<ContainerVerdict, 'container' | 'startedAtMs'>, string | undefined]>([
  ['is well', {}, undefined],
  ['is not ready', { unready: 'not ready' }, 'not ready'],
  ['cannot be probed', { unready: 'not ready', trouble: 'no address' }, 'no address'],
  ['is about to be ended', { unready: 'not ready', condemned: { reason: 'it hangs' } }, 'it hangs'],
])('a container that runs and %s', (_name, verdict, message) => {
  const observed = [there({ startedAtMs: 1 })];
  const words = message === undefined ? {} : { message };
  expect(report({ observed, verdicts: verdicts(verdict) })).toEqual([{ name: 'web', status: 'Running', ...words }]);
});

test('a container that was ended because of its probes: why, and when it is started again', () => {
  const observed = [there({ state: 'exited', exitCode: 0, startedAtMs: 1 }, 'Exited')];
  const runs = new Map([['web', attempt({ repairs: 2, notBeforeMs: 20_000 })]]);
  const condemned = verdicts({ condemned: { reason: 'it hangs' } });
  expect(report({ observed, runs, verdicts: condemned })).toEqual([
    { name: 'web', status: 'Exited', message: 'it hangs; started again 2 times', retryAtMs: 20_000 },
  ]);
  const once: DesiredWorkload = { ...wanted, pod: { ...pod, restartPolicy: 'Never' } };
  expect(report({ desired: [once], observed, verdicts: condemned })).toEqual([
    { name: 'web', status: 'Exited', message: 'it hangs' },
  ]);
});

test('a container that cannot be ended: why, and when it is tried again', () => {
  const observed = [there({ startedAtMs: 1 })];
  const endings = new Map([['web', attempt({ failures: 1, failure: 'podman says no', notBeforeMs: 10_000 })]]);
  expect(report({ observed, endings, verdicts: verdicts({ condemned: { reason: 'it hangs' } }) })).toEqual([
    { name: 'web', status: 'Running', message: 'it hangs; podman says no', retryAtMs: 10_000 },
  ]);
});
