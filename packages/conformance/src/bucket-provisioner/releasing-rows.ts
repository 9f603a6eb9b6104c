import { describe, expect, test } from 'vitest';
import type { Rows } from './bucket-provisioner-subject.ts';
import { codeOf } from './code-of.ts';
import { requestOf } from './sample-requests.ts';

/** `release`, and calls that fail. */
export function describeReleasing({ subject, options }: Rows): void {
  test('removes the bucket of that device alone; doing it again, or for nothing, is fine', async () => {
    const { buckets, bucketNames } = subject();
    const kept = await buckets.provision(requestOf('kept'));
    await buckets.provision(requestOf('gone'));
    await buckets.release(requestOf('gone'));
    await buckets.release(requestOf('gone'));
    await buckets.release(requestOf('never-there'));
    expect(await bucketNames()).toEqual([kept.access.bucket]);
  });

  test('of an earlier device of the same name leaves the bucket of the one that is there', async () => {
    const { buckets, bucketNames } = subject();
    const { access } = await buckets.provision(requestOf('device', 'second'));
    await buckets.release(requestOf('device', 'first'));
    expect(await bucketNames()).toEqual([access.bucket]);
  });

  test('does nothing when its signal has fired', async () => {
    const { buckets, bucketNames } = subject();
    await buckets.provision(requestOf('device'));
    const signal = AbortSignal.abort();
    expect(await codeOf(buckets.release(requestOf('device'), { signal }))).toBe('ABORTED');
    expect(await bucketNames()).toHaveLength(1);
  });

  describe.each(options.faults.map((code) => [code] as const))('where the buckets are fails (%s)', (code) => {
    test('rejects every call so, and goes on after it', async () => {
      const { buckets, bucketNames, fail } = subject();
      await buckets.provision(requestOf('device'));
      const repair = await fail(code);
      expect(await codeOf(buckets.provision(requestOf('device')))).toBe(code);
      expect(await codeOf(buckets.release(requestOf('device')))).toBe(code);
      await repair();
      await buckets.release(requestOf('device'));
      expect(await bucketNames()).toEqual([]);
    });
  });
}
