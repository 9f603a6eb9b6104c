import { expect, test } from 'vitest';
import type { EngineContainer, EnginePod } from '../libpod/index.ts';
import { observePods } from './observe-pods.ts';

const POD_ID = 'a'.repeat(64);
const NEVER = -62_135_596_800;

function enginePod(more: Partial<EnginePod> = {}): EnginePod {
  const Labels = {
    'io.k4e.owner': 'me',
    'io.k4e.fingerprint': 'f1',
    'io.k4e.pod': 'web',
    'io.k4e.containers': 'one,two',
  };
  return { Id: POD_ID, Name: 'web', Status: 'Running', InfraId: 'b'.repeat(64), Labels, ...more };
}

function engineContainer(name: string, more: Partial<EngineContainer> = {}): EngineContainer {
  return {
    Id: 'c'.repeat(64),
    Names: [name],
    Pod: POD_ID,
    State: 'running',
    Labels: {},
    StartedAt: 1,
    ExitedAt: NEVER,
    ...more,
  };
}

function states(...containers: EngineContainer[]): (string | number)[][] {
  const [pod] = observePods([enginePod()], containers);
  return (
    pod?.containers.map(({ name, state, exitCode }) => [name, state, ...(exitCode === undefined ? [] : [exitCode])]) ??
    []
  );
}

test('a pod is shown with its word, its fingerprint and its containers, sorted by their names in the manifest', () => {
  const two = engineContainer('web-two', { State: 'exited', ExitCode: 7, StartedAt: 10, ExitedAt: 12 });
  const pods = observePods([enginePod({ Status: 'Degraded' })], [two, engineContainer('web-one')]);
  expect(pods).toEqual([
    {
      name: 'web',
      fingerprint: 'f1',
      status: 'Degraded',
      containers: [
        { name: 'one', state: 'running', startedAtMs: 1_000 },
        { name: 'two', state: 'exited', exitCode: 7, startedAtMs: 10_000, finishedAtMs: 12_000 },
      ],
    },
  ]);
});

test.each([
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['paused', 'paused'],
  ['removing', 'unknown'],
  ['something new', 'unknown'],
])('%s is %s', (word, state) => {
  expect(states(engineContainer('web-one', { State: word }))).toEqual([['one', state]]);
});

test('a container that ended without a code is taken to have ended well', () => {
  expect(states(engineContainer('web-one', { State: 'stopped', ExitCode: undefined }))).toEqual([['one', 'exited', 0]]);
});

test('infrastructure and finished init containers are left out; a failed or running one is shown', () => {
  const infra = engineContainer('aaaaaaaaaaaa-infra', { IsInfra: true });
  const finished = engineContainer('web-first', { State: 'exited', ExitCode: 0 });
  const failed = engineContainer('web-second', { State: 'exited', ExitCode: 3 });
  const runs = engineContainer('web-third');
  expect(states(infra, finished, failed, runs)).toEqual([
    ['second', 'exited', 3],
    ['third', 'running'],
  ]);
});

test('without one of its containers, or without our labels, a pod has no fingerprint', () => {
  const one = engineContainer('web-one');
  expect(observePods([enginePod()], [one])[0]?.fingerprint).toBeUndefined();
  expect(observePods([enginePod()], [])[0]).toMatchObject({ fingerprint: undefined, containers: [] });
  const Labels = { 'io.k4e.owner': 'me', 'io.k4e.fingerprint': 'f1' };
  expect(observePods([enginePod({ Labels })], [one])[0]?.fingerprint).toBeUndefined();
});

test("containers of other pods, and of none, are nobody's", () => {
  const stray = engineContainer('web-one', { Pod: '' });
  const other = engineContainer('web-two', { Pod: 'd'.repeat(64) });
  expect(states(stray, other)).toEqual([]);
});
