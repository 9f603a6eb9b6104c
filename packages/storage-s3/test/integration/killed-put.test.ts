import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIN_PART_BYTES, createS3ObjectStore } from '@k4e/storage-s3';
import { startMinio } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryContent, startCountingProxy } from '../subjects/index.ts';

const PARTS = 16;
const PROGRAM = fileURLToPath(new URL('put-file.ts', import.meta.url));

await describeWithPart('minio', 'a process that is killed in the middle of a put', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-killed-put-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('leaves nothing that can be seen, and what it sent is not sent again', async () => {
    const minio = await startMinio();
    await minio.makeBucket('files');
    const proxy = await startCountingProxy(minio.endpoint);
    const access = { ...minio.access('files'), endpoint: proxy.url };
    const bytes = randomBytes(PARTS * MIN_PART_BYTES);
    const [file, noted] = [join(directory, 'file'), join(directory, 'resume')];
    await writeFile(file, bytes);
    const child = putInProcess({ access, key: 'file', file, noted });
    const half = (PARTS / 2) * MIN_PART_BYTES;
    await expect.poll(() => proxy.receivedBytes(), { timeout: 60_000, interval: 5 }).toBeGreaterThan(half);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = createS3ObjectStore(access);
    expect(await store.head('file')).toBeUndefined();
    const before = proxy.receivedBytes();
    const stored = await store.put('file', memoryContent(bytes), { resume: await readFile(noted, 'utf8') });
    expect(stored.digest).toBe(await store.digestOf(memoryContent(bytes)));
    // Of what was sent, the parts that were on their way may be lost.
    expect(proxy.receivedBytes() - before).toBeLessThan(bytes.byteLength - half + 5 * MIN_PART_BYTES);
    store.close();
    await proxy.stop();
    await minio.stop();
  });
});

function putInProcess(task: object): ChildProcess {
  const args = ['--conditions=@k4e/source', PROGRAM];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(JSON.stringify(task));
  return child;
}
