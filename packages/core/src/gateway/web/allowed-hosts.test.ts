import { expect, test } from 'vitest';
import { hasScheme, readAllowedUrl } from './allowed-hosts.ts';

const allowed = ['files.example', 'API.example:8443', '[::1]:80'];

test.each([
  'http://files.example/x',
  'https://files.example',
  'HTTPS://FILES.example:443/x?y#z',
  'https://api.example:8443/',
  'http://[::1]/',
])('%s is allowed', (text) => {
  expect(readAllowedUrl(text, { allowedHosts: [...allowed, '[::1]'] })).toBeInstanceOf(URL);
});

test.each([
  ['http://files.example:8080/', /host files.example:8080/],
  ['http://evil.example/files.example', /host evil.example/],
  ['http://files.example.evil/', /not allowed/],
  ['http://evil.example#@files.example/', /not allowed/],
  ['http://user@files.example/', /user/],
  ['http://:secret@files.example/', /user/],
  ['file:///etc/passwd', /only http/],
  ['ftp://files.example/', /only http/],
  ['//files.example/', /no URL/],
  ['files.example', /no URL/],
  ['', /no URL/],
])('%s is not', (text, objection) => {
  expect(readAllowedUrl(text, { allowedHosts: allowed })).toEqual({
    objection: expect.stringMatching(objection) as string,
  });
});

test('without hosts nothing is allowed', () => {
  expect(readAllowedUrl('http://localhost/', { allowedHosts: [] })).toMatchObject({
    objection: 'the host localhost is not allowed',
  });
});

test.each([
  ['http://x', true],
  ['mailto:x', true],
  ['device', false],
  ['heartbeat', false],
  ['/x:y', false],
  ['', false],
])('%s has a scheme: %s', (text, expected) => {
  expect(hasScheme(text)).toBe(expected);
});

test('a host for data takes the place of every other', () => {
  const read = (text: string, dataHost: string) => {
    const url = readAllowedUrl(text, { allowedHosts: [], dataHost });
    return url instanceof URL ? url.href : url;
  };
  expect(read('https://files.example:9/a/b?c=d', 'proxy.example:8080')).toBe('https://proxy.example:8080/a/b?c=d');
  expect(read('http://files.example:9/', 'proxy.example')).toBe('http://proxy.example/');
  expect(read('ftp://files.example/', 'proxy.example')).toHaveProperty('objection');
  for (const host of ['', 'a/b', 'user@', 'user@proxy', 'a?b', 'a?', 'a#', 'a\\b', 'a\tb'])
    expect(read('http://files.example/', host)).toHaveProperty('objection');
});
