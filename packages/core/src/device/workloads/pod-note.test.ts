import { expect, test } from 'vitest';
import { MAX_POD_NOTE_LENGTH } from '../../ports/index.ts';
import type { ObservedPod, OpenPort } from '../../ports/index.ts';
import { MAX_HOST_PORTS } from './host-ports.ts';
import { readPodNote, writePodNote } from './pod-note.ts';

const there = (note?: string, fingerprint: string | undefined = 'one'): ObservedPod => ({
  name: 'web',
  fingerprint,
  status: 'Running',
  containers: [{ name: 'main', state: 'running' }],
  ...(note === undefined ? {} : { note }),
});
const ports: readonly OpenPort[] = [
  { port: 80, protocol: 'tcp', workload: 'web' },
  { port: 53, protocol: 'udp', workload: 'web' },
];

test('what is written is read again, with the names that the pod has', () => {
  const note = writePodNote({ ports, restartPolicy: 'Never', graceMs: 1_500 });
  expect(readPodNote(there(note))).toEqual({
    request: { name: 'web', fingerprint: 'one' },
    containers: ['main'],
    ports,
    restartPolicy: 'Never',
    graceMs: 1_500,
  });
});

test('of the most host ports there can be, it is no longer than a note may be', () => {
  const most = Array.from({ length: MAX_HOST_PORTS }, (_, i) => ({ ...ports[0], port: 65_535 - i }) as OpenPort);
  const note = writePodNote({ ports: most, restartPolicy: 'OnFailure', graceMs: Number.MAX_SAFE_INTEGER });
  expect(note.length).toBeLessThanOrEqual(MAX_POD_NOTE_LENGTH);
  expect(readPodNote(there(note))?.ports).toEqual(most);
});

test.each([
  ['no note', undefined],
  ['no JSON', '{'],
  ['another shape', '{"ports":"all"}'],
  ['a port that is none', '{"ports":["x/tcp"],"restartPolicy":"Always","graceMs":0}'],
  ['a port out of range', '{"ports":["65536/tcp"],"restartPolicy":"Always","graceMs":0}'],
  ['a policy that is none', '{"ports":[],"restartPolicy":"Sometimes","graceMs":0}'],
])('%s tells nothing', (_what, note) => {
  expect(readPodNote(there(note))).toBeUndefined();
});

test('a pod that is there in part only is not known', () => {
  const note = writePodNote({ ports, restartPolicy: 'Never', graceMs: 0 });
  expect(readPodNote({ ...there(note), fingerprint: undefined })).toBeUndefined();
});
