import { expect, test } from 'vitest';
import { DATA_LABEL, DATA_TYPE } from './block-devices.ts';
import type { BlockDevice } from './block-devices.ts';
import { MIN_DATA_BYTES, planDataPartition } from './plan-data-partition.ts';
import type { Candidate, DataPlan, DiskContent } from './plan-data-partition.ts';

const GIB = 2 ** 30;

function device(path: string, given: Partial<BlockDevice> = {}): BlockDevice {
  const nothing = {
    fsType: undefined,
    label: undefined,
    partLabel: undefined,
    partType: undefined,
    partUuid: undefined,
  };
  const plain = { type: 'disk', sizeBytes: 8 * GIB, startBytes: 0, isReadOnly: false, isRemovable: false };
  return { path, ...plain, ...nothing, mountpoints: [], children: [], ...given };
}

const partition = (path: string, given: Partial<BlockDevice> = {}): BlockDevice =>
  device(path, { type: 'part', sizeBytes: GIB, ...given });

const dataPartition = (path: string): BlockDevice => partition(path, { partLabel: DATA_LABEL, partType: DATA_TYPE });

const empty = (path: string, given: Partial<BlockDevice> = {}): Candidate => ({
  device: device(path, given),
  content: { kind: 'empty' },
});

const holding = (path: string, given: Partial<BlockDevice> = {}): Candidate => ({
  device: device(path, given),
  content: { kind: 'holds', what: 'there is a signature of ext4 on it' },
});

/** The disk with the image on it. */
const boot = (sizeBytes: number, ...further: readonly BlockDevice[]): Candidate =>
  holding('/dev/vda', { sizeBytes, children: [partition('/dev/vda1', { mountpoints: ['/'] }), ...further] });

/** That it is waited, for a reason that names `words`. */
function expectWait(plan: DataPlan, words: string): void {
  expect(plan.kind === 'wait' ? plan.reason : plan.kind).toContain(words);
}

const auto = (...candidates: readonly Candidate[]) => planDataPartition({ name: 'auto', path: undefined }, candidates);
const named = (path: string | undefined, ...candidates: readonly Candidate[]) =>
  planDataPartition({ name: '/dev/disk/by-id/chosen', path }, candidates);

test('the only empty disk is taken', () => {
  const plan = auto(holding('/dev/sda'), empty('/dev/sdb'));
  expect(plan).toEqual({ kind: 'make', disk: '/dev/sdb', on: 'empty-disk' });
});

test('of several empty disks none is taken, and all are named', () => {
  const plan = auto(empty('/dev/sda'), empty('/dev/sdb'));
  expectWait(plan, '/dev/sda (8.0 GiB, empty), /dev/sdb');
});

test('an empty stick, or a disk that is too small, is not taken by itself', () => {
  expect(auto(empty('/dev/sda', { isRemovable: true })).kind).toBe('wait');
  expect(auto(empty('/dev/sda', { sizeBytes: MIN_DATA_BYTES - 1 })).kind).toBe('wait');
  expect(auto(empty('/dev/sda', { sizeBytes: MIN_DATA_BYTES })).kind).toBe('make');
});

test('the rest of the disk with the image goes before an empty disk, if it is large enough', () => {
  const large = auto(boot(8 * GIB), empty('/dev/vdb'));
  expect(large).toEqual({ kind: 'make', disk: '/dev/vda', on: 'free-rest' });
  expect(auto(boot(GIB + MIN_DATA_BYTES - 1), empty('/dev/vdb'))).toMatchObject({ disk: '/dev/vdb', on: 'empty-disk' });
  expect(auto(boot(GIB + MIN_DATA_BYTES))).toMatchObject({ on: 'free-rest' });
});

test.each<[string, DiskContent]>([
  ['a file system', { kind: 'holds', what: 'there is a signature of ext4 on it' }],
  ['a lone sector', { kind: 'holds', what: 'there is something in sector 7' }],
])('a disk with %s is not written to, whoever names it, and the reason is told', (_, content) => {
  const candidate = { device: device('/dev/sdb'), content };
  const what = content.kind === 'holds' ? content.what : '';
  for (const plan of [auto(candidate), named('/dev/sdb', candidate)]) {
    expectWait(plan, what);
  }
});

test('what was begun and not finished is made again', () => {
  const candidate: Candidate = { device: device('/dev/sdb'), content: { kind: 'unfinished' } };
  const made = { kind: 'make', disk: '/dev/sdb', on: 'empty-disk' };
  expect(auto(candidate)).toEqual(made);
  expect(named('/dev/sdb', candidate)).toEqual(made);
});

test('a data partition is used, whatever else is there', () => {
  const data = holding('/dev/sdb', { children: [dataPartition('/dev/sdb1')] });
  const plan = { kind: 'use', partition: dataPartition('/dev/sdb1'), disk: '/dev/sdb' };
  expect(auto(empty('/dev/sda'), data)).toEqual(plan);
  expect(named('/dev/sdb', empty('/dev/sda'), data)).toEqual(plan);
  expect(auto(boot(8 * GIB, dataPartition('/dev/vda2')))).toMatchObject({ kind: 'use', disk: '/dev/vda' });
});

test('a partition of that name, or of that kind alone, is none of ours', () => {
  for (const other of [
    partition('/dev/sdb1', { partLabel: DATA_LABEL }),
    partition('/dev/sdb1', { partType: DATA_TYPE }),
  ]) {
    expect(auto(holding('/dev/sdb', { children: [other] })).kind).toBe('wait');
  }
});

test('of several data partitions that of the named disk is used, and without a name none', () => {
  const disks = ['a', 'b'].map((name) => holding(`/dev/sd${name}`, { children: [dataPartition(`/dev/sd${name}1`)] }));
  expectWait(auto(...disks), '/dev/sda1, /dev/sdb1');
  expect(named('/dev/sdb', ...disks)).toMatchObject({ kind: 'use', disk: '/dev/sdb' });
});

test('a disk that is named and not there is waited for: no other one is taken', () => {
  const plan = named(undefined, empty('/dev/sda'));
  expectWait(plan, '/dev/disk/by-id/chosen');
});

test('the disk that is booted from is only ever added to', () => {
  expect(named('/dev/vda', boot(8 * GIB))).toMatchObject({ kind: 'make', on: 'free-rest' });
  expectWait(named('/dev/vda', boot(GIB)), '0 MiB left');
  const medium = holding('/dev/sda', { mountpoints: ['/run/k4e-medium'] });
  expect(auto(medium).kind).toBe('wait');
  expect(named('/dev/sda', medium).kind).toBe('wait');
});
