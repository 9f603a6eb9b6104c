import { expect, test } from 'vitest';
import { DISCONNECT_COMMAND } from '../../protocol/index.ts';
import { MAX_RECONNECT_SECONDS, readCommand } from './read-command.ts';

test.each<[unknown, object]>([
  [DISCONNECT_COMMAND, { kind: 'disconnect' }],
  [{ command: 'ping' }, { kind: 'ping' }],
  [{ command: 'ping', arguments: {} }, { kind: 'ping' }],
  [{ command: 'format-disk' }, { kind: 'unknown', name: 'format-disk' }],
])('%j', (content, command) => {
  expect(readCommand(content)).toEqual(command);
});

test.each<[unknown, number]>([
  ['5', 5_000],
  [5, 5_000],
  ['0', 0],
  ['', 0],
  ['soon', 0],
  ['-1', 0],
  [null, 0],
  [undefined, 0],
  ['Infinity', MAX_RECONNECT_SECONDS * 1_000],
  [String(MAX_RECONNECT_SECONDS), MAX_RECONNECT_SECONDS * 1_000],
  [String(MAX_RECONNECT_SECONDS + 1), MAX_RECONNECT_SECONDS * 1_000],
])('reconnect with a delay of %j waits %d ms', (delay, delayMs) => {
  expect(readCommand({ command: 'reconnect', arguments: { delay } })).toEqual({ kind: 'reconnect', delayMs });
});

test.each([undefined, null, 'disconnect', 7, [], {}, { command: null }, { command: 7 }])(
  '%j is no command',
  (content) => {
    expect(() => readCommand(content)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  },
);
