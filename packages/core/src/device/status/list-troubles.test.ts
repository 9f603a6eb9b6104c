import { expect, test } from 'vitest';
import { listTroubles } from './list-troubles.ts';
import { listWorkloads } from './list-workloads.ts';

const NONE = { configuration: undefined, runtime: undefined, firewall: undefined, uploads: new Map() };

test('a device without trouble has none to tell', () => {
  expect(listTroubles({ ...NONE, uploads: new Map([['web', { workload: 'web' }]]) })).toEqual([]);
});

test('each part tells its own, of uploads the first workload that has some', () => {
  const upload = (workload: string, message: string) => [workload, { workload, problem: { message } }] as const;
  const uploads = new Map([upload('a', 'no bucket'), upload('b', 'no bucket')]);
  expect(listTroubles({ configuration: 'c', runtime: 'r', firewall: 'f', uploads })).toEqual([
    { part: 'runtime', message: 'r' },
    { part: 'configuration', message: 'c' },
    { part: 'firewall', message: 'f' },
    { part: 'uploads', message: 'a: no bucket' },
  ]);
});

test('workloads that are not in the configuration any more are told from the others', () => {
  const reports = [
    { name: 'old', status: 'Running' },
    { name: 'web', status: 'Error', message: 'no such image', retryAtMs: 5 },
  ];
  expect(listWorkloads(reports, [{ name: 'web' }])).toEqual([
    { name: 'old', status: 'Running', isWanted: false },
    { name: 'web', status: 'Error', message: 'no such image', isWanted: true },
  ]);
});
