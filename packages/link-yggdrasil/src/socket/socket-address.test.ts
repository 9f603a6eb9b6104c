import { expect, test } from 'vitest';
import { MAX_SOCKET_NAME_BYTES, formatSocketAddress, nodeSocketPath, readSocketAddress } from './socket-address.ts';

test.each([
  ['/run/k4e/d.sock', '/run/k4e/d.sock', '/run/k4e/d.sock'],
  ['unix:/run/d.sock', '/run/d.sock', '/run/d.sock'],
  ['unix:///run/d.sock', '/run/d.sock', '/run/d.sock'],
  ['@yggd-dispatcher-abcdef', '@yggd-dispatcher-abcdef', '\0yggd-dispatcher-abcdef'],
  ['unix:@yggd-dispatcher-abcdef', '@yggd-dispatcher-abcdef', '\0yggd-dispatcher-abcdef'],
  ['unix-abstract:yggd', '@yggd', '\0yggd'],
])('%s is an address', (text, formatted, nodePath) => {
  const address = readSocketAddress(text);
  expect([formatSocketAddress(address), nodeSocketPath(address)]).toEqual([formatted, nodePath]);
  expect(readSocketAddress(formatted)).toEqual(address);
});

test.each(['', '@', 'unix:', 'unix:@', 'relative.sock', 'unix:relative.sock', 'tcp:1', 'http://a/b', '/a\0b'])(
  '%j is none',
  (text) => {
    expect(() => readSocketAddress(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  },
);

test('a name takes as many bytes as a socket has room for, and not one more', () => {
  const path = `/${'x'.repeat(MAX_SOCKET_NAME_BYTES - 1)}`;
  expect(readSocketAddress(path)).toEqual({ kind: 'path', path });
  expect(() => readSocketAddress(`${path}x`)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  const name = 'x'.repeat(MAX_SOCKET_NAME_BYTES - 1);
  expect(readSocketAddress(`@${name}`)).toEqual({ kind: 'abstract', name });
  expect(() => readSocketAddress(`@${name}x`)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
