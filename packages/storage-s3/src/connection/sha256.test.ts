import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSha256 } from './sha256.ts';

const Sha256 = createSha256();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('is SHA-256 of all that came, and of nothing', async () => {
  expect(hex(await new Sha256().digest())).toBe(createHash('sha256').digest('hex'));
  const sha256 = new Sha256();
  sha256.update('ä');
  sha256.update(new Uint8Array([1, 2]).subarray(1));
  sha256.update(new Uint8Array([3]).buffer);
  expect(hex(await sha256.digest())).toBe(
    createHash('sha256')
      .update('ä')
      .update(Buffer.from([2, 3]))
      .digest('hex'),
  );
});

test.each([
  ['a text', 'secret'],
  ['bytes', Buffer.from('secret')],
  ['a part of other bytes', Buffer.from('a secret').subarray(2)],
  ['nothing but room', new Uint8Array(Buffer.from('secret')).buffer],
])('is its HMAC when there is a secret: %s', async (_what, secret) => {
  for (let time = 0; time < 2; time++) {
    const sha256 = new Sha256(secret);
    sha256.update('text');
    expect(hex(await sha256.digest())).toBe(createHmac('sha256', 'secret').update('text').digest('hex'));
  }
});

test('begins anew', async () => {
  const sha256 = new Sha256('secret');
  sha256.update('no');
  sha256.reset();
  sha256.update('text');
  expect(hex(await sha256.digest())).toBe(createHmac('sha256', 'secret').update('text').digest('hex'));
});
