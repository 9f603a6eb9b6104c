import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIVENESS_STAMP_INTERVAL_MS } from '@k4e/core/control-plane';
import type { Heartbeat } from '@k4e/core/protocol';
import type { ResourceStore } from '@k4e/core/ports';
import { startStorageFleet } from './storage-fleet.ts';
import type { StorageFleet } from './storage-fleet.ts';

type Report = NonNullable<Heartbeat['workloads']>[number];

let writes = 0;
const counting = (store: ResourceStore): ResourceStore => ({
  ...store,
  async apply(kind, resource, options) {
    if (options.owner === 'k4e-edge-api') writes += 1;
    return store.apply(kind, resource, options);
  },
});

let fleet: StorageFleet;
beforeEach(async () => {
  fleet = await startStorageFleet({ storeSeen: counting, settings: { default: 'direct' }, direct: {} });
  await fleet.deploy('web', { device: 'gate-7', data: { paths: [{ source: 'a', target: 'b' }] } });
  await fleet.eventually(async () => {
    expect((await fleet.configuration('gate-7')).workloads).toHaveLength(1);
    expect(await fleet.told()).toBeDefined();
  });
  await fleet.beat();
  await fleet.eventually(async () => expect((await fleet.gate()).status?.phase).toBe('up'));
  await fleet.beat();
  writes = 0;
});
afterEach(() => fleet.stop());

const report = (more: Partial<Report> = {}): Promise<void> =>
  fleet.beat({ workloads: [{ name: 'web', status: 'Running', ...more }] });
const at = (): string => new Date(fleet.clock.nowMs()).toISOString();
const entry = async () => (await fleet.gate()).status?.deployments?.[0];
const uploads = async () => (await fleet.gate()).status?.conditions?.find(({ type }) => type === 'UploadsReady');

describe('a heartbeat in which only figures of uploads change', () => {
  test('is not written; they come with the next write', async () => {
    await report({ last_data_upload: at(), upload: { pending_files: 1 } });
    expect(writes).toBe(1);
    const first = await entry();
    for (let beat = 2; beat < 9; beat++) {
      await fleet.clock.advance(30_000);
      await report({
        last_data_upload: at(),
        upload: { pending_files: beat, pending_bytes: 1_000 * beat, next_retry: at() },
      });
    }
    expect(writes).toBe(1);
    expect(await entry()).toEqual(first);
    await fleet.clock.advance(LIVENESS_STAMP_INTERVAL_MS);
    const last = at();
    await report({ last_data_upload: last, upload: { pending_files: 9, pending_bytes: 9_000, next_retry: last } });
    expect(await entry()).toMatchObject({
      lastDataUpload: last,
      upload: { pendingFiles: 9, pendingBytes: 9_000, nextRetryTime: last },
    });
  });

  test('is written once when nothing is pending any more, however often files come and go after that', async () => {
    await report({ last_data_upload: at(), upload: { pending_files: 2, pending_bytes: 14_000_000 } });
    expect(writes).toBe(1);
    await fleet.clock.advance(1_000);
    const done = at();
    await report({ last_data_upload: done, upload: { pending_files: 0, pending_bytes: 0 } });
    expect(writes).toBe(2);
    expect(await entry()).toMatchObject({ lastDataUpload: done, upload: { pendingFiles: 0, pendingBytes: 0 } });
    for (const pending_files of [1, 0, 7, 0, 3, 0]) {
      await fleet.clock.advance(1_000);
      await report({ last_data_upload: at(), upload: { pending_files, pending_bytes: 1_000 * pending_files } });
    }
    expect(writes).toBe(2);
  });

  test('is written when the first upload is done, and when a reason comes, changes or goes', async () => {
    const upload = { pending_files: 1 };
    const steps: Partial<Report>[] = [
      { upload },
      { upload, last_data_upload: at() },
      { upload: { ...upload, reason: 'STORAGE_FULL', message: 'the bucket is full' } },
      { upload: { ...upload, reason: 'STORAGE_FULL', message: 'the disk is full' } },
      { upload: { ...upload, reason: 'STORAGE_FAILED', message: 'the disk is full' } },
      { upload },
    ];
    const written: number[] = [];
    for (const step of steps) {
      await report(step);
      await report(step);
      await fleet.clock.advance(100);
      written.push(writes);
    }
    expect(written).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

test('what becomes of uploads shows in a condition, in the words of the device', async () => {
  await fleet.eventually(async () =>
    expect(await uploads()).toMatchObject({ status: 'Unknown', reason: 'NoUploadYet' }),
  );
  await report({ last_data_upload: at() });
  await fleet.eventually(async () => expect(await uploads()).toMatchObject({ status: 'True', reason: 'FilesArrive' }));
  await report({ last_data_upload: at(), upload: { message: 'stats/a.csv: the object store is full' } });
  await fleet.eventually(async () =>
    expect(await uploads()).toMatchObject({
      status: 'False',
      reason: 'UploadFailed',
      message: 'web: stats/a.csv: the object store is full',
    }),
  );
  expect((await fleet.gate()).status?.workloads?.summary).toBe('1/1');
  await fleet.deploy('web', { device: 'gate-7' });
  await fleet.eventually(async () => expect(await uploads()).toBeUndefined());
});

test('what a device can take is known from its registration, and from each heartbeat anew', async () => {
  const features = async () => (await fleet.gate()).status?.features;
  expect(await features()).toEqual(['confirms-disconnect', 's3-plain-http', 's3-session-token']);
  const named = ['s3-session-token', 's3-session-token', 'confirms-disconnect', 's3-plain-http'];
  await fleet.beat({ features: named });
  expect(writes).toBe(0);
  await fleet.beat({ features: ['s3-plain-http'] });
  expect(await features()).toEqual(['s3-plain-http']);
  await fleet.controlPlane.edgeApi.acceptData('gate-7', { directive: 'registration', content: {} });
  expect(await features()).toBeUndefined();
  await fleet.controlPlane.edgeApi.acceptData('gate-7', { directive: 'registration', content: { features: ['x'] } });
  expect(await features()).toEqual(['x']);
});
