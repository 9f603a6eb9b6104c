import { afterAll, beforeAll, expect, it } from 'vitest';

import { createNetns, startDevice, startMinio } from '../../src/index.ts';
import type { Minio } from '../../src/index.ts';
import { createMinioAdmin } from '../../src/minio/minio-admin.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { expectNothingLeftAfterDeath } from './nothing-left.ts';

const SILENCE_MS = 300;

await describeWithPart('minio', 'MinIO', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  });
  afterAll(() => minio.stop());

  it('makes a bucket, and bounds it', async () => {
    await minio.makeBucket('files');
    await minio.setQuota('files', 1_000_000);
    await expect(minio.makeBucket('files')).rejects.toThrow('409');
    await expect(minio.setQuota('nowhere', 1_000_000)).rejects.toThrow('404');
  });

  it('makes users, and refuses those that are disabled', async () => {
    const user = { accessKeyId: 'device', secretAccessKey: 'a secret of a device' };
    const asUser = createMinioAdmin(minio.endpoint, user.accessKeyId, user.secretAccessKey);
    await expect(asUser.makeBucket('of-a-user')).rejects.toThrow('403');
    await minio.makeUser(user);
    await asUser.makeBucket('of-a-user');
    await minio.disableUser(user.accessKeyId);
    await expect(asUser.makeBucket('another')).rejects.toThrow('403');
  });

  it('is reached from a namespace that was joined with it, on a cable that counts', async () => {
    const netns = await createNetns();
    try {
      const { endpoint, sentBytes } = await minio.joinNetwork(netns);
      const before = await sentBytes();
      const program = `fetch('${endpoint}/minio/health/ready').then(({ status }) => process.stdout.write(String(status)))`;
      expect(await netns.exec([process.execPath, '-e', program])).toMatchObject({ stdout: '200' });
      expect(await sentBytes()).toBeGreaterThan(before);
    } finally {
      await netns.stop();
    }
  });

  it('refuses connections once it is killed, and has its buckets again at the same place after that', async () => {
    await minio.makeBucket('kept');
    await minio.kill();
    await expect(fetch(minio.endpoint)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await minio.restart();
    await expect(minio.makeBucket('kept')).rejects.toThrow('409');
  });

  it('takes connections and is silent while it is paused', async () => {
    await minio.pause();
    const signal = AbortSignal.timeout(SILENCE_MS);
    await expect(fetch(minio.endpoint, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    await minio.resume();
    expect((await fetch(minio.endpoint)).status).toBe(403);
  });

  it('stops while it is paused', async () => {
    const other = await startMinio();
    await other.pause();
    await other.stop();
    await expect(fetch(other.endpoint)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('leaves nothing behind when its process was killed', () => expectNothingLeftAfterDeath('minio'));
});

await describeWithPart(['minio', 'device'], 'MinIO beside a device', () => {
  it('is reached by the programs of the device', async () => {
    const minio = await startMinio();
    const device = await startDevice();
    try {
      const answer = await device.exec(['curl', '--silent', '--fail', `${minio.endpoint}/minio/health/ready`]);
      expect(answer).toMatchObject({ code: 0 });
    } finally {
      await device.stop();
      await minio.stop();
    }
  });
});
