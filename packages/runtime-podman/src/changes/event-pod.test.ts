import { expect, test } from 'vitest';
import { eventPod } from './event-pod.ts';

const LABELS = { 'io.k4e.owner': 'me', 'io.k4e.pod': 'web', 'io.k4e.fingerprint': 'f' };

function containerEvent(attributes: Record<string, string>): unknown {
  const id = '50b0de57a1c342a26125745deb90a32fa27c91f6aa60aa61d44b5e6eb0947a7e';
  const Attributes = { containerExitCode: '7', image: 'localhost/bb:1', name: 'web-crash', podId: '', ...attributes };
  return {
    status: 'died',
    id,
    Type: 'container',
    Action: 'died',
    Actor: { ID: id, Attributes },
    scope: 'local',
    time: 1,
  };
}

function podEvent(name: string): unknown {
  const ID = 'ae12903773a098a8b490e1987cebacddf9eb9d2eb653fac93f574c5674410f37';
  return {
    status: 'remove',
    id: ID,
    Type: 'pod',
    Action: 'remove',
    Actor: { ID, Attributes: { image: '', name, podId: '' } },
  };
}

const isKnown = (name: string): boolean => name === 'web';

test('a container event is about the pod that its labels name, when the owner is ours', () => {
  expect(eventPod(containerEvent(LABELS), 'me', isKnown)).toBe('web');
  expect(eventPod(containerEvent(LABELS), 'other', isKnown)).toBeUndefined();
  expect(eventPod(containerEvent({}), 'me', isKnown)).toBeUndefined();
});

test('a pod event is about its pod, when one of ours has that name', () => {
  expect(eventPod(podEvent('web'), 'me', isKnown)).toBe('web');
  expect(eventPod(podEvent('stranger'), 'me', isKnown)).toBeUndefined();
});

test.each([
  null,
  'text',
  {},
  { Type: 'container', Action: 'died' },
  { Type: 'image', Action: 'pull', Actor: { ID: '', Attributes: { name: 'web' } } },
  { Type: 'pod', Action: 'remove', Actor: { ID: '', Attributes: null } },
])('%o is about no pod', (event) => {
  expect(eventPod(event, 'me', isKnown)).toBeUndefined();
});
