import { describe, expect, test } from 'vitest';
import { FINAL_UPLOAD_LIMIT_MS } from './final-uploads.ts';
import { CHANGE_MAX_DELAY_MS } from './next-look.ts';
import { SETTLE_MS } from './settled-files.ts';
import { createUploadBench, wanted } from './upload-bench.testing.ts';

const INTERVAL_MS = 15_000;
/** Long enough for a look after whatever has changed. */
const SOON_MS = CHANGE_MAX_DELAY_MS + SETTLE_MS;

describe('a workload that is removed', () => {
  const removed = () => wanted({});

  test('has its files uploaded as soon as its pod is gone, however young they are', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.write('a', 'x', 'last words');
    device.engine.aim(removed());
    await bench.clock.advance(1_000);
    expect(bench.objects()).toEqual({});
    bench.gonePods.add('a');
    device.engine.reconsider();
    await bench.clock.advance(1_000);
    expect(bench.objects()).toEqual({ x: 'last words' });
    expect(device.activities.filter(({ type }) => type.startsWith('final'))).toMatchObject([
      { type: 'finalUploadCompleted', workload: 'a' },
    ]);
    expect(device.engine.reports()).toEqual(new Map());
    bench.exports.write('a', 'y', 'of nobody');
    await bench.clock.advance(INTERVAL_MS * 4);
    expect(bench.objects()).toEqual({ x: 'last words' });
  });

  test('and cannot be uploaded is told of after a while, and tried further', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.write('a', 'x', '12345');
    bench.manners.fault = () => 'STORAGE_UNREACHABLE';
    bench.gonePods.add('a');
    device.engine.aim(removed());
    await bench.clock.advance(FINAL_UPLOAD_LIMIT_MS - 1);
    expect(device.count('finalUploadIncomplete')).toBe(0);
    await bench.clock.advance(1);
    expect(device.activities.at(-1)).toMatchObject({
      type: 'finalUploadIncomplete',
      workload: 'a',
      pendingFiles: 1,
      pendingBytes: 5,
      message: 'the object store cannot be reached',
    });
    await bench.clock.advance(3_600_000);
    expect(device.count('finalUploadIncomplete')).toBe(1);
    await device.stop();
    bench.manners.fault = () => undefined;
    const next = bench.boot(removed());
    await bench.clock.advance(SOON_MS);
    expect([bench.objects(), next.count('finalUploadCompleted')]).toEqual([{ x: '12345' }, 1]);
    await next.stop();
    bench.exports.write('a', 'y', 'of nobody');
    bench.boot(removed());
    await bench.clock.advance(INTERVAL_MS * 4);
    expect(bench.objects()).toEqual({ x: '12345' });
  });

  test('may use the bucket that there was', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>a'], b: ['.>b'] }));
    await bench.clock.advance(SOON_MS);
    bench.exports.write('a', 'x', '1');
    bench.exports.write('b', 'x', '1');
    bench.gonePods.add('a');
    device.engine.aim(wanted({ b: ['.>b'] }, { bucket: { kind: 'none' } }));
    await bench.clock.advance(SOON_MS);
    expect(bench.objects()).toEqual({ 'a/x': '1' });
    expect(device.engine.reports().get('b')?.problem?.code).toBe('BUCKET_UNAVAILABLE');
  });

  test('and comes back goes on as before', async () => {
    const bench = createUploadBench();
    const target = wanted({ a: ['.>'] });
    const device = bench.boot(target);
    await bench.clock.advance(SOON_MS);
    device.engine.aim(removed());
    await bench.clock.advance(SOON_MS);
    device.engine.aim(target);
    bench.exports.write('a', 'x', '1');
    await bench.clock.advance(SOON_MS);
    expect([bench.objects(), device.activities.filter(({ type }) => type.startsWith('final'))]).toEqual([
      { x: '1' },
      [],
    ]);
  });

  test('again, after it was back, has its files of that time uploaded too', async () => {
    const bench = createUploadBench();
    const target = wanted({ a: ['.>'] });
    const device = bench.boot(target);
    await bench.clock.advance(SOON_MS);
    bench.gonePods.add('a');
    bench.manners.putMs = 1_000;
    bench.exports.write('a', 'x', '1');
    device.engine.aim(removed());
    await bench.clock.advance(999);
    bench.exports.write('a', 'y', '2');
    device.engine.aim(target);
    device.engine.aim(removed());
    await bench.clock.advance(SOON_MS);
    expect(bench.objects()).toEqual({ x: '1', y: '2' });
  });

  test('only loses its paths: that is the end of it', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>'] }));
    await bench.clock.advance(SOON_MS);
    device.engine.aim(wanted({}, { others: ['a'] }));
    bench.gonePods.add('a');
    bench.exports.write('a', 'x', '1');
    await bench.clock.advance(INTERVAL_MS * 2);
    expect(bench.objects()).toEqual({});
  });
});

describe('a device that is let go', () => {
  const limitMs = 45_000;
  const { signal } = new AbortController();

  test('uploads what is left, and is done', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>a'], b: ['.>b'] }));
    await bench.clock.advance(SOON_MS);
    await device.stop();
    bench.exports.write('a', 'x', '1');
    bench.exports.write('b', 'x', '1');
    const ended = device.engine.finish({ signal, limitMs });
    await bench.clock.advance(1_000);
    await ended;
    expect(bench.objects()).toEqual({ 'a/x': '1', 'b/x': '1' });
    expect(device.count('finalUploadCompleted')).toBe(2);
    expect(bench.clock.pending()).toBe(0);
  });

  test('ends in time, and tells what is left', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>a'] }));
    await bench.clock.advance(SOON_MS);
    await device.stop();
    bench.manners.putMs = 3_600_000;
    bench.exports.write('a', 'x', '1');
    let hasEnded = false;
    void device.engine.finish({ signal, limitMs }).then(() => (hasEnded = true));
    await bench.clock.advance(limitMs - 1);
    expect(hasEnded).toBe(false);
    await bench.clock.advance(1);
    expect([hasEnded, bench.clock.pending()]).toEqual([true, 0]);
    expect(device.activities.at(-1)).toMatchObject({ type: 'finalUploadIncomplete', workload: 'a', pendingFiles: 1 });
  });

  test('tries a bucket at once that failed before', async () => {
    const bench = createUploadBench();
    bench.exports.write('a', 'x', '1');
    bench.manners.fault = () => 'STORAGE_UNREACHABLE';
    const device = bench.boot(wanted({ a: ['.>a'] }));
    await bench.clock.advance(3_600_000);
    await device.stop();
    bench.manners.fault = () => undefined;
    const ended = device.engine.finish({ signal, limitMs });
    await bench.clock.advance(1_000);
    expect([await ended, bench.objects()]).toEqual([true, { 'a/x': '1' }]);
  });

  test('does not wait for a bucket that it never had', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({ a: ['.>a'] }, { bucket: { kind: 'none' } }));
    await bench.clock.advance(SOON_MS);
    await device.stop();
    const ended = device.engine.finish({ signal, limitMs });
    await bench.clock.advance(0);
    await ended;
    expect(device.count('finalUploadIncomplete')).toBe(1);
  });

  test('and had nothing to upload does nothing', async () => {
    const bench = createUploadBench();
    const device = bench.boot(wanted({}));
    await bench.clock.advance(SOON_MS);
    await device.stop();
    const ended = device.engine.finish({ signal, limitMs });
    await bench.clock.advance(0);
    await ended;
    expect([device.activities, bench.manners.calls]).toEqual([[], []]);
  });
});
