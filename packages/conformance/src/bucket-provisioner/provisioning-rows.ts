import { expect, test } from 'vitest';
import type { Rows } from './bucket-provisioner-subject.ts';
import { LOOK_ALIKES, requestOf } from './sample-requests.ts';
import { codeOf } from './code-of.ts';

/** `provision`: one bucket for each device, the same one every time. */
export function describeProvisioning({ subject, options }: Rows): void {
  const { credentialsEnd = true } = options;
  test('makes a bucket, and tells how it is reached and until when', async () => {
    const { buckets, bucketNames } = subject();
    const { access, expiresAtMs } = await buckets.provision(requestOf('device'));
    expect(await bucketNames()).toEqual([access.bucket]);
    expect(URL.canParse(access.endpoint)).toBe(true);
    for (const text of [access.bucket, access.accessKeyId, access.secretAccessKey]) expect(text).not.toBe('');
    expect(expiresAtMs === undefined).toBe(!credentialsEnd);
    expect(access.sessionToken === undefined).toBe(!credentialsEnd);
  });

  test('gives the same bucket again, also in another process', async () => {
    const { buckets, reopen, bucketNames } = subject();
    const first = await buckets.provision(requestOf('device'));
    const again = await buckets.provision(requestOf('device'));
    const later = await (await reopen()).provision(requestOf('device'));
    expect([again.access.bucket, later.access.bucket]).toEqual([first.access.bucket, first.access.bucket]);
    expect(await bucketNames()).toHaveLength(1);
  });

  test('gives the same bucket to calls at the same time', async () => {
    const { buckets, bucketNames } = subject();
    const calls = [1, 2, 3, 4].map(() => buckets.provision(requestOf('device')));
    const names = (await Promise.all(calls)).map(({ access }) => access.bucket);
    expect(await bucketNames()).toEqual([...new Set(names)]);
  });

  test('gives every device a bucket of its own, however alike they are', async () => {
    const { buckets, bucketNames } = subject();
    const names: string[] = [];
    for (const request of LOOK_ALIKES) names.push((await buckets.provision(request)).access.bucket);
    expect(new Set(names).size).toBe(LOOK_ALIKES.length);
    expect([...(await bucketNames())].sort()).toEqual([...names].sort());
  });

  test('calls the bucket as it is told to', async () => {
    const { buckets, bucketNames } = subject();
    const request = { ...requestOf('device'), bucketName: 'chosen-by-somebody' };
    expect((await buckets.provision(request)).access.bucket).toBe('chosen-by-somebody');
    expect((await buckets.provision(request)).access.bucket).toBe('chosen-by-somebody');
    expect(await bucketNames()).toEqual(['chosen-by-somebody']);
  });

  test('does nothing when its signal has fired', async () => {
    const { buckets, bucketNames } = subject();
    const signal = AbortSignal.abort();
    expect(await codeOf(buckets.provision(requestOf('device'), { signal }))).toBe('ABORTED');
    expect(await bucketNames()).toEqual([]);
  });
}
