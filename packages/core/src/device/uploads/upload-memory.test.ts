import { describe, expect, test } from 'vitest';
import { UPLOAD_BACKOFF } from './bucket-gate.ts';
import { CHANGE_MAX_DELAY_MS } from './next-look.ts';
import { PRUNE_CHECK_MS, PRUNE_INTERVAL_MS } from './prune-schedule.ts';
import { SETTLE_MS } from './settled-files.ts';
import { createUploadBench, wanted } from './upload-bench.testing.ts';

const INTERVAL_MS = 15_000;
/** Long enough for a look after whatever has changed. */
const SOON_MS = CHANGE_MAX_DELAY_MS + SETTLE_MS;

describe('what is known of the bucket', () => {
  test('is lost with the journal; one listing and the files themselves tell it again', async () => {
    const bench = createUploadBench({ partSizeBytes: 4 });
    for (const path of ['t/x', 't/deep/y', 'other/z', 'large']) bench.exports.write('a', path, `content of ${path}`);
    const target = wanted({ a: ['t>t', 'other>other', 'large>large.bin'] });
    const first = bench.boot(target);
    await bench.clock.advance(SOON_MS);
    await first.stop();
    await bench.journal.removeAll();
    bench.manners.calls.length = 0;
    bench.exports.write('a', 't/new', '1');
    bench.exports.write('a', 't/x', 'CONTENT of t/x');
    const second = bench.boot(target);
    await bench.clock.advance(SOON_MS);
    expect(bench.manners.calls.filter(([call]) => call === 'list').map(([, key]) => key)).toEqual([
      'large.bin',
      'other',
      't',
    ]);
    expect(bench.puts().sort()).toEqual(['t/new', 't/x']);
    expect(second.count('bucketListed')).toBe(1);
    expect(bench.objects()).toMatchObject({ 't/new': '1', 't/x': 'CONTENT of t/x', 't/deep/y': 'content of t/deep/y' });
  });

  test('is nothing where the bucket may not be listed', async () => {
    const bench = createUploadBench();
    bench.manners.fault = (call) => (call === 'list' || call === 'head' ? 'STORAGE_REFUSED' : undefined);
    bench.exports.write('a', 'x', '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    expect([bench.objects(), device.count('bucketNotListed')]).toEqual([{ x: '1' }, 1]);
    expect(device.engine.reports().get('a')).not.toHaveProperty('problem');
  });

  test('is begun anew when the journal is damaged while it is used', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.journal.damage();
    bench.exports.write('a', 'y', '1');
    await bench.clock.advance(INTERVAL_MS * 2);
    expect([bench.objects(), bench.puts()]).toEqual([{ x: '1', y: '1' }, ['x', 'y']]);
  });

  test('cannot be kept: uploads wait, and say so', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.journal.failWrites(true);
    bench.exports.write('a', 'y', '1');
    await bench.clock.advance(600_000);
    expect(bench.objects()).toEqual({ x: '1' });
    expect(device.engine.reports().get('a')?.problem?.code).toBe('STATE_UNWRITABLE');
    bench.journal.failWrites(false);
    await bench.clock.advance(UPLOAD_BACKOFF.maxMs);
    expect(bench.objects()).toEqual({ x: '1', y: '1' });
    expect(device.engine.reports().get('a')).not.toHaveProperty('problem');
  });

  test('cannot be read, nor the files: both are tried again', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.write('a', 'x', '1');
    bench.journal.failReads(true);
    await bench.clock.advance(60_000);
    expect(device.engine.reports().get('a')?.problem?.code).toBe('STATE_UNREADABLE');
    bench.journal.failReads(false);
    bench.exports.fail('walk', 'STATE_UNREADABLE');
    await bench.clock.advance(UPLOAD_BACKOFF.maxMs);
    expect(device.engine.reports().get('a')?.problem?.code).toBe('STATE_UNREADABLE');
    expect(device.count('uploadFailed')).toBe(1);
    bench.exports.fail('walk', undefined);
    await bench.clock.advance(UPLOAD_BACKOFF.maxMs);
    expect(bench.objects()).toEqual({ x: '1' });
  });

  test('is forgotten of files that are gone, with parts that nobody goes on with', async () => {
    const bench = createUploadBench({ partSizeBytes: 4 });
    bench.exports.write('a', 'x', '1');
    bench.exports.write('a', 'kept', '1');
    bench.exports.write('a', 'large', '0123456789');
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.remove('a', 'x');
    await bench.journal.record([
      {
        key: 'gone',
        workload: 'a',
        path: 'gone',
        state: 'begun',
        file: { sizeBytes: 1, modifiedAtMs: 0, changedAtMs: 0, inode: 0 },
        resume: 'r',
      },
      {
        key: 'forgone',
        workload: 'a',
        path: 'kept',
        state: 'begun',
        file: { sizeBytes: 1, modifiedAtMs: 0, changedAtMs: 0, inode: 0 },
      },
      { key: 'listed', workload: '', path: '', state: 'listed', sizeBytes: 1 },
    ]);
    await bench.clock.advance(PRUNE_INTERVAL_MS + PRUNE_CHECK_MS);
    expect([...bench.journal.recorded().keys()].sort()).toEqual(['kept', 'large']);
    expect(bench.manners.calls.at(-1)).toEqual(['abandon', 'gone']);
    expect(Object.keys(bench.objects())).toEqual(['kept', 'large', 'x']);
    await device.stop();
    expect(bench.clock.pending()).toBe(0);
  });
});

describe('a process that ends', () => {
  test('in the middle of a large file goes on with it', async () => {
    const bench = createUploadBench({ partSizeBytes: 4 });
    bench.exports.write('a', 'x', '0123456789abcdef');
    let reads = 0;
    const target = wanted({ a: ['.>'] });
    const first = bench.boot(target);
    bench.exports.onRead(() => {
      if (++reads === 3) void first.stop();
    });
    await bench.clock.advance(SOON_MS);
    expect([bench.objects(), bench.bucket().unfinished()]).toEqual([{}, ['put-1']]);
    bench.boot(target);
    await bench.clock.advance(SOON_MS);
    expect([bench.objects(), bench.bucket().unfinished()]).toEqual([{ x: '0123456789abcdef' }, []]);
    expect(bench.bucket().receivedBytes()).toBe(16);
  });

  test('after an upload, and before it was taken down, does not upload again', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    const target = wanted({ a: ['.>'] });
    const first = bench.boot(target);
    await bench.clock.advance(SOON_MS);
    await first.stop();
    const stored = bench.journal.recorded().get('x');
    if (stored?.state !== 'stored') throw new Error('not stored');
    const { digest: _digest, ...rest } = stored;
    await bench.journal.open('https://s3.example/bucket');
    await bench.journal.record([{ ...rest, state: 'begun' }]);
    bench.boot(target);
    await bench.clock.advance(SOON_MS);
    expect(bench.puts()).toEqual(['x']);
    expect(bench.journal.recorded().get('x')).toEqual(stored);
  });
});
