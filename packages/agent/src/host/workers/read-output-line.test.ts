import { expect, test } from 'vitest';
import { readOutputLine } from './read-output-line.ts';

test.each([
  ['<3>no disk', 'error', 'no disk'],
  ['<4>low disk', 'warn', 'low disk'],
  ['<6>begins', 'info', 'begins'],
  ['<7>', 'debug', ''],
  ['<8>no priority', 'error', '<8>no priority'],
  ['plain', 'error', 'plain'],
  ['{"a":1}', 'error', '{"a":1}'],
  ['{"level":"fatal","message":"x"}', 'error', '{"level":"fatal","message":"x"}'],
  ['{"level":"info","mess', 'error', '{"level":"info","mess'],
  ['["info"]', 'error', '["info"]'],
])('%s', (text, level, message) => {
  expect(readOutputLine(text, 'error')).toEqual({ level, message, fields: {} });
});

test('a line of ours keeps its level and fields, and cannot be taken for one of the gateway', () => {
  const line = { level: 'warn', time: '2026', message: 'pod failed', pod: 'web', worker: 'other', suppressed: 7 };
  expect(readOutputLine(JSON.stringify(line), 'debug')).toEqual({
    ...{ level: 'warn', message: 'pod failed', fields: { pod: 'web' } },
  });
});

test.each(['Worker', 'WORKER', 'Message', 'suppreſſed'])(
  'nor by a field that is called %s, as ours in a journal',
  (name) => {
    expect(readOutputLine(JSON.stringify({ level: 'info', message: 'x', [name]: 'other' }), 'debug').fields).toEqual(
      {},
    );
  },
);
