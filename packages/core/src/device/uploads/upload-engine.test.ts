import { describe, expect, test } from 'vitest';
import { CHANGE_MAX_DELAY_MS, CHANGE_QUIET_MS } from './next-look.ts';
import { SETTLE_MS } from './settled-files.ts';
import { LARGE_FILE_BYTES, MAX_LARGE_TRANSFERS, MAX_SMALL_TRANSFERS } from './transfer-slots.ts';
import { createUploadBench, wanted } from './upload-bench.testing.ts';
import { MAX_OPEN_BATCHES } from './upload-engine.ts';

const INTERVAL_MS = 15_000;
/** Long enough for a look after whatever has changed. */
const SOON_MS = CHANGE_MAX_DELAY_MS + SETTLE_MS;

describe('files come to the bucket', () => {
  test('all of them, with their keys', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'out/x', 'one');
    bench.exports.write('a', 'out/deep/y', '');
    bench.exports.write('a', 'other', 'not wanted');
    bench.exports.write('b', 'today.csv', 'three');
    const device = bench.boot(wanted({ a: ['out>results'], b: ['today.csv>latest.csv'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.objects()).toEqual({ 'latest.csv': 'three', 'results/deep/y': '', 'results/x': 'one' });
    expect(device.engine.reports().get('a')).toEqual({
      workload: 'a',
      pending: { files: 0, bytes: 0 },
      lastUploadMs: expect.any(Number) as number,
    });
    await device.stop();
    expect(bench.clock.pending()).toBe(0);
  });

  test('soon after they were written, once it is quiet', async () => {
    const bench = createUploadBench();
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(INTERVAL_MS * 3 + 5_000);
    bench.exports.write('a', 'x', 'half');
    await bench.clock.advance(1_000);
    bench.exports.append('a', 'x', ' whole');
    await bench.clock.advance(CHANGE_QUIET_MS - 1);
    expect(bench.objects()).toEqual({});
    await bench.clock.advance(1);
    expect(bench.objects()).toEqual({ x: 'half whole' });
  });

  test('at the next look, when nothing told of the change', async () => {
    const bench = createUploadBench();
    bench.exports.missChanges(true);
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(INTERVAL_MS);
    bench.exports.write('a', 'x', '1');
    await bench.clock.advance(INTERVAL_MS + SETTLE_MS);
    expect(bench.objects()).toEqual({ x: '1' });
  });

  test('once, as long as they do not change', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(INTERVAL_MS * 10);
    expect(bench.manners.calls).toEqual([
      ['list', ''],
      ['put', 'x'],
    ]);
    bench.exports.write('a', 'x', '2');
    await bench.clock.advance(SOON_MS);
    expect([bench.puts(), bench.objects()]).toEqual([['x', 'x'], { x: '2' }]);
  });

  test('not again when only their times have changed', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.replace('a', 'x', '1');
    await bench.clock.advance(SOON_MS);
    expect(bench.puts()).toEqual(['x']);
    await bench.clock.advance(INTERVAL_MS * 3);
    expect(bench.manners.calls).toHaveLength(2);
  });

  test('once, when two paths mean the same file and object', async () => {
    const bench = createUploadBench();
    bench.manners.putMs = 10;
    bench.exports.write('a', 'logs/x', '1');
    const device = bench.boot(wanted({ a: ['.>', 'logs>logs'] }));
    await bench.clock.advance(SOON_MS);
    expect([bench.puts(), device.engine.reports().get('a')]).toMatchObject([
      ['logs/x'],
      { pending: { files: 0 }, lastUploadMs: expect.any(Number) as number },
    ]);
  });

  test('and stay there when they are removed', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.remove('a', 'x');
    await bench.clock.advance(INTERVAL_MS * 2);
    expect(bench.objects()).toEqual({ x: '1' });
  });

  test('whole: one that changes while it is read is read again', async () => {
    const bench = createUploadBench({ partSizeBytes: 4 });
    bench.exports.write('a', 'x', '01234567');
    let reads = 0;
    bench.exports.onRead(() => {
      if (++reads === 2) bench.exports.write('a', 'x', '76543210');
    });
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS * 2);
    expect(bench.objects()).toEqual({ x: '76543210' });
    expect([bench.bucket().unfinished(), bench.exports.openCount()]).toEqual([[], 0]);
  });

  test('an unchanged tree asks the bucket nothing, also after a restart', async () => {
    const bench = createUploadBench();
    for (let i = 0; i < 2_500; i++) bench.exports.write('a', `x${i}`, `${i}`);
    const first = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    expect(Object.keys(bench.objects())).toHaveLength(2_500);
    await first.stop();
    bench.manners.calls.length = 0;
    const second = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(INTERVAL_MS * 2);
    expect(bench.manners.calls).toEqual([]);
    expect(second.engine.reports().get('a')?.lastUploadMs).toBeDefined();
  });
});

describe('bounds', () => {
  test('so many small files at once, and no more', async () => {
    const bench = createUploadBench({ batchSize: 10 });
    bench.manners.putMs = 100;
    for (let i = 0; i < 200; i++) bench.exports.write('a', `x${i}`, '1');
    bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.manners.mostRunning).toBe(MAX_SMALL_TRANSFERS);
    expect(Object.keys(bench.objects())).toHaveLength(200);
  });

  test('few large ones, which hold up no small one', async () => {
    const bench = createUploadBench();
    bench.manners.putMs = 60_000;
    const large = new Uint8Array(LARGE_FILE_BYTES);
    for (let i = 0; i < 4; i++) bench.exports.write('a', `large${i}`, large);
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    expect(bench.manners.running).toBe(MAX_LARGE_TRANSFERS);
    bench.manners.putMs = 0;
    bench.exports.write('a', 'small', '1');
    await bench.clock.advance(SOON_MS);
    expect(Object.keys(bench.objects())).toEqual(['small']);
    expect(device.engine.reports().get('a')).toMatchObject({ pending: { files: 4, bytes: 4 * LARGE_FILE_BYTES } });
    expect(device.engine.reports().get('a')).not.toHaveProperty('lastUploadMs');
    await bench.clock.advance(120_000);
    expect(Object.keys(bench.objects())).toHaveLength(5);
    expect(device.engine.reports().get('a')?.lastUploadMs).toBeDefined();
  });

  test('so many batches of files in memory, whatever the number of workloads', async () => {
    const bench = createUploadBench();
    bench.manners.putMs = 3_600_000;
    const names = Array.from({ length: MAX_OPEN_BATCHES + 4 }, (_, i) => `w${i}`);
    for (const name of names) for (let i = 0; i < 40; i++) bench.exports.write(name, `x${i}`, '1');
    bench.boot(wanted(Object.fromEntries(names.map((name) => [name, [`.>${name}`]]))));
    await bench.clock.advance(SOON_MS);
    expect(bench.exports.walkCount()).toBe(MAX_OPEN_BATCHES);
  });

  test('a workload with many files does not starve one with one', async () => {
    const bench = createUploadBench();
    bench.manners.putMs = 1_000;
    for (let i = 0; i < 5_000; i++) bench.exports.write('a', `x${i}`, '1');
    bench.boot(wanted({ a: ['.>a'], b: ['.>b'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.write('b', 'x', '1');
    await bench.clock.advance(CHANGE_QUIET_MS + 2_000);
    expect(bench.objects()).toHaveProperty('b/x');
    expect(Object.keys(bench.objects()).length).toBeLessThan(1_000);
  });

  test('no faster than the configuration allows', async () => {
    const bench = createUploadBench();
    for (let i = 0; i < 10; i++) bench.exports.write('a', `x${i}`, new Uint8Array(10_000));
    bench.boot(wanted({ a: ['.>'] }, { maxBytesPerSecond: 10_000 }));
    await bench.clock.advance(SETTLE_MS + 5_000);
    expect(Object.keys(bench.objects()).length).toBeLessThan(6);
    await bench.clock.advance(10_000);
    expect(Object.keys(bench.objects())).toHaveLength(10);
  });
});
