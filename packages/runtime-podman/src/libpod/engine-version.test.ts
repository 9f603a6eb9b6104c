import { expect, test } from 'vitest';
import { engineTraits } from './engine-version.ts';

test.each([
  ['4.3.1', '/v4.0.0/libpod', true, false],
  ['4.9.4-rhel', '/v4.0.0/libpod', true, false],
  ['5.0.0', '/v5.0.0/libpod', false, false],
  ['5.2.0', '/v5.0.0/libpod', false, true],
  ['5.4.2', '/v5.0.0/libpod', false, true],
  ['6.1.0-dev', '/v6.0.0/libpod', false, true],
])('podman %s', (version, apiPath, removesPodsSlowly, checksStorage) => {
  expect(engineTraits(version)).toEqual({ version, apiPath, removesPodsSlowly, checksStorage });
});

test.each(['3.4.4', '4.2.9', '', 'new', 'x'.repeat(1000)])(
  '"%s" cannot be used, and the error says what can',
  (version) => {
    expect(() => engineTraits(version)).toThrow(/4\.3 or newer is needed/);
    expect(() => engineTraits(version)).toThrow(expect.objectContaining({ code: 'RUNTIME_UNAVAILABLE' }));
  },
);
