import { expect, test } from 'vitest';
import { mergeConfiguration } from './merge-configuration.ts';

test('each source wins over those before it, setting by setting; lists are replaced whole', () => {
  const merged = mergeConfiguration([
    {
      controlPlane: { url: 'http://build.example' },
      network: { dns: ['10.0.0.1', '10.0.0.2'] },
      labels: { site: 'a' },
    },
    { controlPlane: { url: 'http://volume.example' }, deviceId: 'edge-1', labels: { rack: '7' } },
    { network: { dns: ['10.0.0.3'] }, deviceId: 'edge-2' },
  ]);
  expect(merged).toEqual({
    controlPlane: { url: 'http://volume.example' },
    deviceId: 'edge-2',
    network: { dns: ['10.0.0.3'] },
    labels: { site: 'a', rack: '7' },
  });
});

test('without sources nothing is said', () => {
  expect(mergeConfiguration([])).toEqual({});
});
