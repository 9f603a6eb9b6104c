import { describe, expect, test } from 'vitest';
import { UPLOAD_BACKOFF } from './bucket-gate.ts';
import { CHANGE_MAX_DELAY_MS } from './next-look.ts';
import { SETTLE_MS } from './settled-files.ts';
import { MAX_SMALL_TRANSFERS } from './transfer-slots.ts';
import { accessTo, createUploadBench, wanted } from './upload-bench.testing.ts';

const INTERVAL_MS = 15_000;
/** Long enough for a look after whatever has changed. */
const SOON_MS = CHANGE_MAX_DELAY_MS + SETTLE_MS;

describe('a bucket that fails', () => {
  test('is tried with one file, less and less often; when it is back, all goes on', async () => {
    const bench = createUploadBench();
    for (let i = 0; i < 100; i++) bench.exports.write('a', `x${i}`, '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(100);
    bench.manners.fault = () => 'STORAGE_UNREACHABLE';
    await bench.clock.advance(SOON_MS);
    const afterFirst = bench.puts().length;
    expect(afterFirst).toBeLessThanOrEqual(MAX_SMALL_TRANSFERS + 1);
    await bench.clock.advance(3_600_000);
    expect(bench.manners.calls.length - afterFirst).toBeLessThan(30);
    expect(device.engine.reports().get('a')).toEqual({
      workload: 'a',
      pending: { files: 100, bytes: 100 },
      problem: {
        code: 'STORAGE_UNREACHABLE',
        message: 'the object store cannot be reached',
        retryAtMs: expect.any(Number) as number,
      },
    });
    expect(device.activities.filter((activity) => activity.type === 'uploadsBlocked' && activity.isNew)).toHaveLength(
      1,
    );
    bench.manners.fault = () => undefined;
    await bench.clock.advance(UPLOAD_BACKOFF.maxMs + SOON_MS);
    expect(Object.keys(bench.objects())).toHaveLength(100);
    expect(device.count('uploadsUnblocked')).toBe(1);
    expect(device.engine.reports().get('a')).not.toHaveProperty('problem');
  });

  test('says so, and is heard of once for each trouble that comes and goes', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    bench.manners.fault = () => 'STORAGE_FULL';
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(60_000);
    expect(device.statusChanges()).toBe(1);
    bench.manners.fault = () => undefined;
    await bench.clock.advance(600_000);
    expect(device.statusChanges()).toBe(2);
    bench.exports.write('a', 'y', '1');
    await bench.clock.advance(60_000);
    expect(device.statusChanges()).toBe(2);
  });

  test('credentials that expired are replaced by the next configuration, which is tried at once', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.manners.secret = 'second';
    bench.exports.write('a', 'y', '1');
    await bench.clock.advance(600_000);
    expect(device.engine.reports().get('a')?.problem?.code).toBe('STORAGE_CREDENTIALS');
    device.engine.aim(wanted({ a: ['.>'] }, { bucket: { kind: 'bucket', access: accessTo('bucket', 'second') } }));
    await bench.clock.advance(1_000);
    expect(bench.objects()).toEqual({ x: '1', y: '1' });
    expect(device.engine.reports().get('a')).not.toHaveProperty('problem');
    expect(bench.manners.calls.filter(([call]) => call === 'list')).toHaveLength(1);
  });

  test('credentials that are renewed in time cut off nothing', async () => {
    const bench = createUploadBench();
    bench.manners.putMs = 10_000;
    bench.exports.write('a', 'x', '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.manners.running).toBe(1);
    device.engine.aim(wanted({ a: ['.>'] }, { bucket: { kind: 'bucket', access: accessTo('bucket', 'second') } }));
    await bench.clock.advance(10_000);
    expect([bench.objects(), bench.puts()]).toEqual([{ x: '1' }, ['x']]);
    expect(device.activities.filter(({ type }) => type === 'uploadsBlocked')).toEqual([]);
  });

  test('another bucket gets all files, and what was on its way to the old one does not count', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.manners.putMs = 10_000;
    bench.exports.write('a', 'y', '2');
    await bench.clock.advance(SOON_MS);
    device.engine.aim(wanted({ a: ['.>'] }, { bucket: { kind: 'bucket', access: accessTo('second') } }));
    await bench.clock.advance(60_000);
    expect(bench.objects('second')).toEqual({ x: '1', y: '2' });
    expect(bench.objects()).toEqual({ x: '1' });
  });

  test('a file that fails alone holds up no other, and is tried less and less often', async () => {
    const bench = createUploadBench();
    bench.manners.fault = (_call, key) => (key === 'bad' ? 'STORAGE_REFUSED' : undefined);
    bench.exports.write('a', 'bad', '1');
    bench.exports.write('a', 'good', '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(3_600_000);
    expect(bench.objects()).toEqual({ good: '1' });
    expect(bench.puts().filter((key) => key === 'bad').length).toBeLessThan(25);
    expect(device.engine.reports().get('a')).toEqual({
      workload: 'a',
      pending: { files: 1, bytes: 1 },
      problem: {
        code: 'STORAGE_REFUSED',
        message: '1 file could not be uploaded, such as "bad": the object store does not allow it',
        retryAtMs: expect.any(Number) as number,
      },
    });
    expect(device.activities.filter((activity) => activity.type === 'uploadFailed' && activity.isNew)).toHaveLength(1);
    bench.manners.fault = () => undefined;
    await bench.clock.advance(UPLOAD_BACKOFF.maxMs);
    expect(device.engine.reports().get('a')).not.toHaveProperty('problem');
  });

  test('no bucket is a problem of workloads that have paths', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    const device = bench.boot(wanted({ a: ['.>'] }, { bucket: { kind: 'none' } }));
    await bench.clock.advance(SOON_MS);
    expect(device.engine.reports().get('a')).toEqual({
      workload: 'a',
      problem: { code: 'BUCKET_UNAVAILABLE', message: 'the configuration of the device names no bucket' },
    });
    device.engine.aim(wanted({ a: ['.>'] }, { bucket: { kind: 'problem', problem: 'bucket_name is missing' } }));
    await bench.clock.advance(SOON_MS);
    expect(device.engine.reports().get('a')?.problem).toEqual({
      code: 'INVALID_INPUT',
      message: 'the bucket of the configuration cannot be used: bucket_name is missing',
    });
    expect(bench.manners.calls).toEqual([]);
  });

  test('a bucket is not opened before there is something to upload', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({}));
    await bench.clock.advance(SOON_MS);
    expect([bench.manners.calls, bench.journal.isListed('https://s3.example/bucket')]).toEqual([[], false]);
    device.engine.aim(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.manners.calls).toEqual([['list', '']]);
  });
});

describe('what is never uploaded', () => {
  test('is told', async () => {
    const bench = createUploadBench();
    bench.exports.makeRefused('a', 'pipe', 'it is a pipe');
    bench.exports.write('a', 'x', '1');
    const target = wanted({ a: ['.>'] });
    const [workload] = target.workloads;
    if (workload === undefined) throw new Error('no workload');
    const device = bench.boot({ ...target, workloads: [{ ...workload, refusals: ['"../x" leads out'] }] });
    await bench.clock.advance(SOON_MS);
    expect(bench.objects()).toEqual({ x: '1' });
    expect(device.engine.reports().get('a')?.problem).toEqual({
      code: 'INVALID_INPUT',
      message: '"../x" leads out; "pipe" is not uploaded: it is a pipe',
    });
    expect(device.engine.reports().get('a')).not.toHaveProperty('lastUploadMs');
    await bench.clock.advance(INTERVAL_MS * 4);
    expect(device.count('uploadRefused')).toBe(2);
  });

  test('a key that is too long', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x'.repeat(1_020), '1');
    const device = bench.boot(wanted({ a: ['.>results'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.puts()).toEqual([]);
    expect(device.engine.reports().get('a')?.problem?.message).toMatch(/the key of its object would be too long$/);
  });

  test('the second of two files for one object, whichever is found first', async () => {
    const bench = createUploadBench();
    bench.exports.write('b', 'x', 'of b');
    const device = bench.boot(wanted({ a: ['y>t/x', '.>t'], b: ['.>t'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.objects()).toEqual({ 't/x': 'of b' });
    bench.exports.write('a', 'x', 'of a');
    await bench.clock.advance(INTERVAL_MS);
    expect(bench.objects()).toEqual({ 't/x': 'of a' });
    bench.exports.write('a', 'y', 'y of a');
    await bench.clock.advance(INTERVAL_MS * 2);
    expect(bench.objects()).toEqual({ 't/x': 'y of a', 't/y': 'y of a' });
    expect(device.engine.reports().get('b')?.problem?.message).toBe(
      '"x" is not uploaded: "y" of workload a goes to the same object',
    );
    const puts = bench.puts().length;
    await bench.clock.advance(INTERVAL_MS * 4);
    expect(bench.puts()).toHaveLength(puts);
  });
});
