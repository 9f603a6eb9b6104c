import { expect, test } from 'vitest';
import { deviceConfigurationSchema } from '../../protocol/index.ts';
import type { DeviceConfiguration } from '../../protocol/index.ts';
import { readUploads } from './read-uploads.ts';

const read = (configuration: DeviceConfiguration) => readUploads(deviceConfigurationSchema.parse(configuration));
const workload = (name: string, data: object | null) => ({ name, specification: '', data });
const paths = [{ source: 'out', target: 'results' }];

test('a configuration that says nothing of uploads wants none', () => {
  const nothing = { bucket: { kind: 'none' }, maxBytesPerSecond: undefined, workloads: [], others: [] };
  expect(read({})).toEqual(nothing);
  const empty = { configuration: { storage: { s3: null } }, workloads: [workload('a', null)] };
  expect(read(empty)).toEqual({ ...nothing, others: ['a'] });
  const more = { workloads: [workload('b', { paths: [] }), workload('a', { paths: null })] };
  expect(read(more)).toEqual({ ...nothing, others: ['a', 'b'] });
});

test('workloads with paths, by name, with the interval that holds for them', () => {
  const { workloads } = read({
    configuration: { storage: { interval_seconds: 60 } },
    workloads: [
      workload('b', { paths, interval_seconds: 5 }),
      workload('a', { paths }),
      workload('c', { paths, interval_seconds: 999_999 }),
      workload('d', { paths, interval_seconds: -1 }),
    ],
  });
  const path = { source: 'out', target: 'results', isDirectory: false };
  expect(workloads).toEqual([
    { name: 'a', paths: [path], refusals: [], intervalMs: 60_000 },
    { name: 'b', paths: [path], refusals: [], intervalMs: 5_000 },
    { name: 'c', paths: [path], refusals: [], intervalMs: 86_400_000 },
    { name: 'd', paths: [path], refusals: [], intervalMs: 60_000 },
  ]);
});

test('every 15 seconds by default', () => {
  expect(read({ workloads: [workload('a', { paths })] }).workloads[0]?.intervalMs).toBe(15_000);
});

test('a path that cannot be used costs nothing but itself', () => {
  const mixed = [{ source: '../x', target: 't' }, ...paths, { source: 'a', target: '../t' }];
  expect(read({ workloads: [workload('a', { paths: mixed })] }).workloads).toEqual([
    {
      name: 'a',
      paths: [{ source: 'out', target: 'results', isDirectory: false }],
      refusals: ['"../x": leads out of the export of the workload', 'target "../t": goes up with ..'],
      intervalMs: 15_000,
    },
  ]);
});

test('a limit of the bandwidth', () => {
  const limit = (max_bytes_per_second: number | null) =>
    read({ configuration: { storage: { max_bytes_per_second } } }).maxBytesPerSecond;
  expect([limit(50_000), limit(1), limit(0), limit(-1), limit(null)]).toEqual([
    50_000,
    1_024,
    undefined,
    undefined,
    undefined,
  ]);
});
