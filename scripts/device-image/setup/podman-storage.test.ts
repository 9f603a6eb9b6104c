import { expect, test } from 'vitest';
import { isBeyondRepair } from './podman-storage.ts';

test.each([
  // Podman 5.4.2 with a database, or an index, that was cut short.
  'Error: beginning transaction: database disk image is malformed',
  'Error: loading primary layer store data: loading "/var/lib/containers/storage/overlay-layers/layers.json": []*storage.Layer: storage.Layer.ID: readStringSlowPath: unexpected end of input',
  'Error: creating runtime: file is not a database',
])('storage of which nothing can be opened is beyond repair: %s', (said) => {
  expect(isBeyondRepair(said)).toBe(true);
});

test.each([
  '',
  'Error: write /var/lib/containers/storage/db.sql: no space left on device',
  'Error: kernel does not support overlay fs: operation not permitted',
  'Error: configure storage: creating lock file: read-only file system',
  'Error: starting container 1: mounting storage: readlink /var/lib/containers/storage/overlay/l: invalid argument',
])('what may pass, or is the trouble of one container, is not: %s', (said) => {
  expect(isBeyondRepair(said)).toBe(false);
});
