import { isDnsLabel } from '@k4e/core';
import { expect, test } from 'vitest';
import { replicaIdentity } from './replica-identity.ts';

const UUID = '242e48d0-286b-4170-9b97-95502066e6ae';

test('a configured name is kept; what signs the lease is of this process alone', () => {
  expect(replicaIdentity('k4e-operator-7d9f-abcde', 'host', UUID)).toEqual({
    id: 'k4e-operator-7d9f-abcde',
    holder: `k4e-operator-7d9f-abcde_${UUID}`,
  });
});

test.each(['edge-1', 'Edge-1.example.org', 'x'.repeat(63), `${'x'.repeat(53)}-y`, 'not_a_label', ''])(
  'of the host name %j a DNS label is made that no other process has',
  (hostname) => {
    const { id } = replicaIdentity(undefined, hostname, UUID);
    expect(id).toSatisfy(isDnsLabel);
    expect(id).toMatch(/-242e48d0$/);
  },
);
