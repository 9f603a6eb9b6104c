import { describe, expect, test } from 'vitest';
import { command, configure, controlMessages, heartbeats, pods, registrations } from './device-bench.ts';
import { createFuse, mortalParts } from './mortal-parts.ts';
import { S3, createUploadDeviceBench, mortalUploads, uploading } from './upload-bench.ts';

const MINUTE_MS = 60_000;
const storage = { storage: { s3: S3 } };
const wanted = { configuration: storage, workloads: [uploading('web', 'out>results')] };
const features = ['s3-session-token', 's3-plain-http', 'confirms-disconnect'];

test('what a workload leaves comes to the bucket, and heartbeats say so', async () => {
  const bench = createUploadDeviceBench();
  bench.boot();
  configure(bench, '1', wanted);
  await bench.clock.advance(10_000);
  bench.exports.write('web', 'out/x', 'hello');
  await bench.clock.advance(2 * MINUTE_MS);
  expect(bench.objects()).toEqual({ 'results/x': 'hello' });
  expect(registrations(bench)).toMatchObject([{ features }]);
  expect(heartbeats(bench).at(-1)).toMatchObject({
    status: 'up',
    features,
    workloads: [
      {
        name: 'web',
        last_data_upload: expect.stringMatching(/^2026-01-01T00:0[12]/) as string,
        upload: { pending_files: 0, pending_bytes: 0 },
      },
    ],
  });
  expect(bench.opened).toMatchObject([{ endpoint: 'https://s3.example', secretAccessKey: 'secret' }]);
});

test('uploads that only go on hurry no heartbeat; trouble that comes or goes does', async () => {
  const bench = createUploadDeviceBench();
  bench.boot();
  configure(bench, '1', wanted);
  await bench.clock.advance(2 * MINUTE_MS);
  const before = heartbeats(bench).length;
  for (let i = 0; i < 10; i++) {
    bench.exports.write('web', `out/${i}`, '1');
    await bench.clock.advance(MINUTE_MS / 10);
  }
  expect(heartbeats(bench)).toHaveLength(before + 1);
  bench.exports.fail('walk', 'STATE_UNREADABLE');
  await bench.clock.advance(20_000);
  const news = heartbeats(bench).filter(({ events }) => events !== undefined && events !== null);
  expect(news.slice(1)).toMatchObject([
    {
      workloads: [{ status: 'Running', upload: { reason: 'STATE_UNREADABLE' } }],
      events: [{ reason: 'UploadFailed', type: 'warn' }],
    },
  ]);
});

test('a device that was started again without the control plane goes on', async () => {
  const bench = createUploadDeviceBench();
  const first = bench.boot();
  configure(bench, '1', wanted);
  await bench.clock.advance(10_000);
  await first.stop();
  bench.link.refuse('LINK_UNREACHABLE');
  bench.exports.write('web', 'out/x', 'hello');
  bench.boot();
  await bench.clock.advance(MINUTE_MS);
  expect(bench.objects()).toEqual({ 'results/x': 'hello' });
});

test('an agent that cannot upload says so, and promises no more than to say when it has left', async () => {
  const bench = createUploadDeviceBench();
  const { uploads: _uploads, ...rest } = bench;
  rest.boot({ uploads: undefined as never });
  configure(bench, '1', { ...wanted, workloads: [...wanted.workloads, uploading('plain')] });
  await bench.clock.advance(MINUTE_MS + 1_000);
  expect(heartbeats(bench).at(-1)?.features).toEqual(['confirms-disconnect']);
  expect(heartbeats(bench).at(-1)?.workloads).toEqual([
    { name: 'plain', status: 'Running' },
    { name: 'web', status: 'Running', upload: { message: 'the agent of this device cannot upload files' } },
  ]);
});

test('the removal of a workload is confirmed at once, and its files follow', async () => {
  const bench = createUploadDeviceBench();
  const device = bench.boot();
  configure(bench, '1', wanted);
  await bench.clock.advance(10_000);
  bench.bucket.objects();
  bench.exports.fail('open', 'STATE_UNREADABLE');
  bench.exports.write('web', 'out/x', 'last words');
  configure(bench, '2', { configuration: storage });
  await bench.clock.advance(10_000);
  expect([device.device.appliedVersion(), pods(bench), bench.objects()]).toEqual(['2', [], {}]);
  await bench.clock.advance(MINUTE_MS);
  const events = () => heartbeats(bench).flatMap((heartbeat) => heartbeat.events ?? []);
  expect(events()).toContainEqual({
    reason: 'UploadIncomplete',
    type: 'warn',
    message: expect.stringMatching(
      /^not all files of the removed workload web are uploaded: 1 with 10 bytes/,
    ) as string,
  });
  bench.exports.fail('open', undefined);
  await bench.clock.advance(5 * MINUTE_MS);
  expect(bench.objects()).toEqual({ 'results/x': 'last words' });
  expect(events()).toContainEqual({
    reason: 'UploadCompleted',
    type: 'info',
    message: 'all files of the removed workload web are uploaded',
  });
});

describe('a device that is let go', () => {
  test('uploads what is left before it removes it', async () => {
    const bench = createUploadDeviceBench();
    const device = bench.boot();
    configure(bench, '1', wanted);
    await bench.clock.advance(10_000);
    bench.exports.write('web', 'out/x', 'last words');
    command(bench, 'disconnect');
    await bench.clock.advance(5_000);
    expect(await device.ended).toBe('disconnected');
    expect(bench.objects()).toEqual({ 'results/x': 'last words' });
    expect([bench.volumes.names(), bench.journal.recorded().size, [...bench.state.documents().keys()]]).toEqual([
      [],
      0,
      ['disconnected'],
    ]);
    expect(controlMessages(bench)).toHaveLength(1);
  });

  test('does so also when its configuration was emptied first', async () => {
    const bench = createUploadDeviceBench();
    const device = bench.boot();
    configure(bench, '1', wanted);
    await bench.clock.advance(10_000);
    bench.exports.write('web', 'out/x', 'last words');
    configure(bench, '2', {});
    command(bench, 'disconnect');
    await bench.clock.advance(5_000);
    expect([await device.ended, bench.objects()]).toEqual(['disconnected', { 'results/x': 'last words' }]);
  });

  test('does not wait for a bucket that is away for longer than the control plane does, and tells what is lost', async () => {
    const bench = createUploadDeviceBench();
    const device = bench.boot();
    configure(bench, '1', wanted);
    await bench.clock.advance(10_000);
    bench.exports.fail('open', 'STATE_UNREADABLE');
    bench.exports.write('web', 'out/x', 'last words');
    command(bench, 'disconnect');
    const beganAtMs = bench.clock.nowMs();
    let tookMs = Infinity;
    void device.ended.then(() => (tookMs = bench.clock.nowMs() - beganAtMs));
    await bench.clock.advance(2 * MINUTE_MS);
    expect(tookMs).toBeLessThanOrEqual(MINUTE_MS);
    expect([bench.volumes.names(), bench.journal.recorded().size]).toEqual([[], 0]);
    expect(heartbeats(bench).at(-1)).toMatchObject({
      workloads: [],
      events: [{ reason: 'UploadFailed' }, { reason: 'UploadIncomplete' }],
      features,
    });
  });

  test('and cut off meanwhile does so when it starts again', async () => {
    for (let moment = 0; moment < 60; moment += 3) {
      const bench = createUploadDeviceBench();
      const first = bench.boot();
      configure(bench, '1', wanted);
      await bench.clock.advance(10_000);
      await first.stop();
      const fuse = createFuse();
      bench.boot({ ...mortalParts(bench, fuse), uploads: mortalUploads(bench.uploads, fuse) });
      await bench.clock.advance(10_000);
      bench.exports.write('web', 'out/x', 'last words');
      command(bench, 'disconnect');
      for (let i = 0; i < moment; i++) await Promise.resolve();
      fuse.blow();
      command(bench, 'disconnect');
      const second = bench.boot();
      await bench.clock.advance(10 * MINUTE_MS);
      expect(await second.ended).toBe('disconnected');
      expect(bench.objects()).toEqual({ 'results/x': 'last words' });
    }
  });
});
