import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import type { ObservedPod } from '../../ports/index.ts';
import type { RunnablePod } from './desired-workload.ts';
import { writePodNote } from './pod-note.ts';
import { WorkloadMemory } from './workload-memory.ts';

const pod = (fingerprint: string, port = 80): RunnablePod => ({
  request: { name: 'web', fingerprint, manifest: {} },
  containers: ['main'],
  ports: [{ port, protocol: 'tcp', workload: 'web' }],
  restartPolicy: 'OnFailure',
  graceMs: 7_000,
});
const there = (fingerprint: string, note?: string): ObservedPod => ({
  name: 'web',
  fingerprint,
  status: 'x',
  containers: [{ name: 'main', state: 'running' }],
  ...(note === undefined ? {} : { note }),
});
const failed = new K4eError('RUNTIME_FAILED');

test('what was tried is remembered apart, and forgotten with the workload and its pod', () => {
  const memory = new WorkloadMemory(() => 0);
  const { runs, removals, preparations } = memory;
  memory.noteEnded({ kind: 'start', name: 'web', pod: pod('one') }, failed, 0);
  memory.noteEnded({ kind: 'prepare', name: 'web', pod: pod('two') }, failed, 0);
  memory.noteEnded({ kind: 'remove', name: 'web', cause: 'changed' }, failed, 0);
  expect([runs, preparations, removals].map((tries) => tries.get('web')?.fingerprint)).toEqual([
    'one',
    'two',
    undefined,
  ]);
  const desired = [{ intent: 'run', name: 'web', pod: pod('two') }] as const;
  memory.learn(desired, [there('one')], new Map());
  expect([runs.size, removals.size, preparations.size]).toEqual([1, 1, 1]);
  memory.learn(desired, [], new Map());
  expect([runs.size, removals.size, preparations.size]).toEqual([1, 0, 0]);
  memory.learn([], [], new Map());
  expect(runs.size).toBe(0);
});

test('preparing a successor changes nothing of what is known of the pod that is there', () => {
  const memory = new WorkloadMemory(() => 0);
  memory.noteBegun({ kind: 'start', name: 'web', pod: pod('one') });
  memory.noteBegun({ kind: 'prepare', name: 'web', pod: pod('two', 81) });
  expect(memory.heldPorts().get('web')).toMatchObject([{ port: 80 }]);
});

test('a pod from before this process is known by its note', () => {
  const memory = new WorkloadMemory(() => 0);
  memory.learn([], [there('one', writePodNote(pod('one')))], new Map());
  expect(memory.pods.get('web')).toEqual({ ...pod('one'), request: { name: 'web', fingerprint: 'one' } });
  expect(memory.graceMs('web')).toBe(7_000);
});

test('a note counts for nothing where more is known, or while the pod is being worked on', () => {
  const memory = new WorkloadMemory(() => 0);
  memory.noteBegun({ kind: 'start', name: 'web', pod: pod('one') });
  memory.learn([], [there('one', writePodNote(pod('one', 81)))], new Map());
  expect(memory.heldPorts().get('web')).toMatchObject([{ port: 80 }]);
  memory.learn([], [there('old', writePodNote(pod('old', 81)))], new Map([['web', 'start']]));
  expect(memory.heldPorts().get('web')).toMatchObject([{ port: 80 }]);
});
