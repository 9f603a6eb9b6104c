import type { ExecFileException } from 'node:child_process';
import { expect, test } from 'vitest';
import { QUOTED_OUTPUT_MAX_LENGTH, saysNotFound, stdoutOf } from './nft-failure.ts';

function failed(fields: Partial<ExecFileException>, stderr = '') {
  return { error: Object.assign(new Error('Command failed'), fields), stdout: '', stderr };
}

test('a call that ended well gives what it printed', () => {
  expect(stdoutOf({ error: null, stdout: 'text', stderr: 'a warning' })).toBe('text');
});

const NO_CAPABILITY =
  'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted';
const OWNED = '/dev/stdin:2:1-22: Error: Could not process rule: Operation not permitted';

test.each([
  ['nft is missing', failed({ code: 'ENOENT' }), 'FIREWALL_UNAVAILABLE', /install the package nftables/],
  ['nft may not be started', failed({ code: 'EACCES' }), 'FIREWALL_UNAVAILABLE', /cannot be started/],
  [
    'a launcher does not find nft',
    failed({ code: 127 }, 'nsenter: failed to execute nft'),
    'FIREWALL_UNAVAILABLE',
    /cannot be started/,
  ],
  ['no capability', failed({ code: 1 }, NO_CAPABILITY), 'FIREWALL_UNAVAILABLE', /NET_ADMIN/],
  ['somebody owns the table', failed({ code: 1 }, OWNED), 'FIREWALL_REFUSED', /still in force/],
  [
    'no nftables',
    failed({ code: 1 }, 'Unable to initialize Netlink socket: Protocol not supported'),
    'FIREWALL_UNAVAILABLE',
    /kernel/,
  ],
  ['no JSON', failed({ code: 1 }, 'Error: JSON support not compiled-in'), 'FIREWALL_UNAVAILABLE', /JSON/],
  [
    'too old',
    failed({ code: 1 }, 'Error: Could not open file "/dev/stdin": No such device'),
    'FIREWALL_UNAVAILABLE',
    /1\.0\.2/,
  ],
  ['a crash', failed({ signal: 'SIGSEGV' }), 'FIREWALL_UNAVAILABLE', /another version/],
  ['too slow', failed({ killed: true, signal: 'SIGKILL' }), 'FIREWALL_UNAVAILABLE', /time limit/],
  ['too much', failed({ code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' }), 'TOO_LARGE', /more than is allowed/],
  ['cancelled', failed({ code: 'ABORT_ERR' }), 'ABORTED', /cancelled/],
  ['a syntax error', failed({ code: 1 }, '/dev/stdin:1:1-3: Error: syntax error'), 'FIREWALL_REFUSED', /syntax error/],
])('%s', (_name, outcome, code, message) => {
  expect(() => stdoutOf(outcome)).toThrow(expect.objectContaining({ code }));
  expect(() => stdoutOf(outcome)).toThrow(message);
});

test('only so much of what nft says is quoted', () => {
  const quote = (length: number) => failed({ code: 1 }, 'x'.repeat(length));
  expect(() => stdoutOf(quote(QUOTED_OUTPUT_MAX_LENGTH))).toThrow(/x{400}$/);
  expect(() => stdoutOf(quote(QUOTED_OUTPUT_MAX_LENGTH + 1))).toThrow(/[^x]x{400}$/);
});

test('a table that is not there is told from other failures', () => {
  expect(saysNotFound(failed({ code: 1 }, 'Error: No such file or directory\nlist table inet k4e\n'))).toBe(true);
  expect(saysNotFound(failed({ code: 1 }, 'Error: No such file or directory; did you mean table x?'))).toBe(true);
  expect(saysNotFound(failed({ code: 'ENOENT' }, 'Error: No such file or directory'))).toBe(false);
  expect(saysNotFound(failed({ code: 1 }, 'cannot open: No such file or directory'))).toBe(false);
  expect(saysNotFound({ error: null, stdout: '', stderr: '' })).toBe(false);
});
