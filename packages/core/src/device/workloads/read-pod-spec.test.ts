import { expect, test } from 'vitest';
import { MAX_SPECIFICATION } from '../../protocol/index.ts';
import { readPodSpec } from './read-pod-spec.ts';

const GOOD = 'containers:\n  - name: web\n    image: localhost/web:1\n    resources: {}\n';

test('reads a PodSpec, and keeps what k4e does not know', () => {
  const spec = readPodSpec(`${GOOD}hostNetwork: true\n`, 'web');
  expect(spec).toMatchObject({ hostNetwork: true, containers: [{ name: 'web', resources: {} }] });
});

test.each([
  ['no YAML', 'containers: [', 'line 1'],
  ['two documents', `${GOOD}---\n${GOOD}`, 'MULTIPLE_DOCS'],
  ['no object', '42', 'expected object'],
  ['nothing', '', 'expected object'],
  ['no containers', 'containers: []', 'containers'],
  ['a container without image', 'containers:\n  - name: web', 'containers.0.image'],
  ['a declared /export', `${GOOD}    volumeMounts: [{name: v, mountPath: /export}]\n`, '/export is provided by k4e'],
  [
    'a port out of range',
    `${GOOD}    ports: [{containerPort: 80, hostPort: 65536}]\n`,
    'containers.0.ports.0.hostPort',
  ],
  ['a wrong restart policy', `${GOOD}restartPolicy: Sometimes\n`, 'restartPolicy'],
])('%s is refused, and the message says where', (_what, text, where) => {
  expect(() => readPodSpec(text, 'web')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', subject: 'web' }));
  expect(() => readPodSpec(text, 'web')).toThrow(where);
});

test('an error never quotes the text: it may hold secrets', () => {
  const text = `${GOOD}    env:\n      - {name: PASSWORD, value: "hunter2\n`;
  expect(() => readPodSpec(text, 'web')).toThrow(/^web: specification is not YAML: \S+ in line \d+$/);
});

test('aliases that multiply are refused', () => {
  const lines = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`);
  expect(() => readPodSpec(`a0: &a0 [x]\n${lines.join('\n')}\n${GOOD}`, 'web')).toThrow('web: specification');
});

test('nesting as deep as the text allows is refused, not a crash', () => {
  expect(() => readPodSpec('['.repeat(MAX_SPECIFICATION), 'web')).toThrow('web: specification');
});

test('a text at the limit is read, one beyond is not', () => {
  const padding = (length: number): string => `${GOOD}#${'x'.repeat(length - GOOD.length - 1)}`;
  expect(readPodSpec(padding(MAX_SPECIFICATION), 'web').containers).toHaveLength(1);
  expect(() => readPodSpec(padding(MAX_SPECIFICATION + 1), 'web')).toThrow('are allowed');
});
