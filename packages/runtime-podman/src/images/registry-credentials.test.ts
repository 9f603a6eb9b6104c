import { expect, test } from 'vitest';
import { registryAuthHeader } from './registry-credentials.ts';

const LIMIT = 10_000;

function decode(header: string): unknown {
  return JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
}

function auth(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('credentials of every registry are taken over, in each of the ways that docker writes them', () => {
  const config = {
    auths: {
      'quay.io': { auth: auth('robot:pass:with:colons') },
      'registry.example:5000': { username: 'ann', password: 'pw', auth: auth('old:old') },
      'token.example': { auth: auth('bob:'), identitytoken: 't0ken' },
    },
    credsStore: 'ignored',
  };
  expect(decode(registryAuthHeader(JSON.stringify(config), LIMIT, 'web'))).toEqual({
    'quay.io': { username: 'robot', password: 'pass:with:colons' },
    'registry.example:5000': { username: 'ann', password: 'pw' },
    'token.example': { username: 'bob', password: '', identitytoken: 't0ken' },
  });
});

test('the header is base64 for URLs, with its padding', () => {
  const config = { auths: { r: { username: 'ÿÿÿ>>>???', password: '~~~???' } } };
  const header = registryAuthHeader(JSON.stringify(config), LIMIT, 'web');
  expect(header).toMatch(/^[A-Za-z0-9_-]+=*$/);
  expect(header.length % 4).toBe(0);
});

test.each(['', '{', '[]', '{"auths":"s3cret"}', '{"auths":{"r":{"auth":{"s3cret":1}}}}', '{"s3cret": s3cret}'])(
  '%s is INVALID_INPUT, and the error does not repeat it',
  (text) => {
    try {
      registryAuthHeader(text, LIMIT, 'web');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT', retry: 'never', subject: 'web', cause: undefined });
      expect(String(error)).not.toContain('s3cret');
    }
  },
);

test('exactly the limit passes, one byte more is TOO_LARGE', () => {
  const text = '{"auths":{}}';
  expect(decode(registryAuthHeader(text, text.length, 'web'))).toEqual({});
  expect(() => registryAuthHeader(text, text.length - 1, 'web')).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
});
