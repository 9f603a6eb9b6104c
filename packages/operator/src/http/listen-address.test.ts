import { hasCode } from '@k4e/core';
import { expect, test } from 'vitest';
import { parseListenAddress, urlOf } from './listen-address.ts';

test.each([
  [':8888', { port: 8888 }, 'http://127.0.0.1:8888'],
  ['127.0.0.2:0', { host: '127.0.0.2', port: 0 }, 'http://127.0.0.2:0'],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }, 'http://127.0.0.1:80'],
  ['localhost:65535', { host: 'localhost', port: 65_535 }, 'http://localhost:65535'],
  ['[::1]:8888', { host: '::1', port: 8888 }, 'http://[::1]:8888'],
  ['[::]:8888', { host: '::', port: 8888 }, 'http://127.0.0.1:8888'],
])('%s is read', (text, address, url) => {
  expect(parseListenAddress(text)).toEqual(address);
  expect(urlOf(address, address.port)).toBe(url);
});

test.each(['', '8888', ':', ':port', ':65536', '::1:8888', 'host:80:90', 'a b:80', '[::1]', ':-1', 'http://a:80'])(
  '%j is refused with an example',
  (text) => {
    const read = () => parseListenAddress(text);
    expect(read).toThrow(/such as ":8888"/);
    expect(catching(read)).toSatisfy((error: unknown) => hasCode(error, 'CONFIG_INVALID'));
  },
);

function catching(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
