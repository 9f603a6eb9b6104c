import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceStatus } from '@k4e/core/device';
import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_STATUS_FILE_BYTES, readStatusFile } from './read-status-file.ts';
import { MIN_STATUS_GAP_MS, createStatusFile } from './status-file.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'k4e-status-'))));
afterEach(() => rm(directory, { recursive: true }));

const ME = { pid: 7, startTime: '1', bootId: 'b' };
const DEADLINE = { timeout: 10_000, interval: 5 };
const statusOf = (appliedVersion: string): DeviceStatus => ({
  ...{ link: { state: 'connected', sinceMs: 0 }, appliedVersion, workloads: [], troubles: [], lastFault: undefined },
});

function start(path = join(directory, 'run', 'status.json')) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const stop = new AbortController();
  const seen = { status: statusOf('v0'), looks: 0 };
  const file = createStatusFile({
    ...{ path, clock, logger, deviceId: 'edge-1', agentVersion: '1' },
    status: () => {
      seen.looks++;
      return seen.status;
    },
    addresses: () => Promise.resolve([]),
    process: () => Promise.resolve(ME),
  });
  const done = file.follow(stop);
  const versionThere = async (): Promise<string | undefined> => (await readStatusFile(path))?.configuration.version;
  return {
    ...{ path, clock, logger, seen, versionThere, changed: `${path}.changed` },
    note: (version: string): void => {
      seen.status = statusOf(version);
      file.noteChange();
    },
    /** Files take their time, which no fake clock knows. */
    settles: (version: string) => expect.poll(versionThere, DEADLINE).toBe(version),
    looked: (times: number) => expect.poll(() => seen.looks, DEADLINE).toBe(times),
    end: async (): Promise<void> => {
      stop.abort();
      await done;
    },
  };
}

test('the file is there as long as the agent, for everybody to read', async () => {
  const mask = process.umask(0o077);
  const { path, settles, end, changed } = start();
  await settles('v0').finally(() => process.umask(mask));
  expect((await stat(path)).mode & 0o777).toBe(0o644);
  expect(await readdir(join(directory, 'run'))).toEqual(['status.json', 'status.json.changed']);
  await rm(changed);
  await end();
  expect(await readdir(join(directory, 'run'))).toEqual(['status.json.changed']);
});

test('it changes once a second at most, and then is what came last', async () => {
  const { note, settles, seen, clock, end, looked } = start();
  await settles('v0');
  await expect.poll(() => clock.pending(), DEADLINE).toBe(1);
  for (const version of ['v1', 'v2', 'v3']) note(version);
  await clock.advance(MIN_STATUS_GAP_MS - 1);
  expect(seen.looks).toBe(1);
  await clock.advance(1);
  await settles('v3');
  await looked(2);
  await end();
  expect(clock.pending()).toBe(0);
});

test('what is the same is not written again, and at rest nothing is waited for', async () => {
  const { note, settles, path, clock, looked, end } = start();
  await settles('v0');
  await expect.poll(() => clock.pending(), DEADLINE).toBe(1);
  await clock.advance(MIN_STATUS_GAP_MS);
  const { ino, mtimeMs } = await stat(path);
  note('v0');
  await looked(2);
  expect([(await stat(path)).ino, (await stat(path)).mtimeMs, clock.pending()]).toEqual([ino, mtimeMs, 0]);
  // Had it been written, the next change would have to wait for a clock that stands still.
  note('v1');
  await settles('v1');
  await end();
});

test('what cannot be written is told once, disturbs nobody, and is written with a later change', async () => {
  const inTheWay = join(directory, 'run');
  await writeFile(inTheWay, '');
  const { note, logger, clock, settles, looked, end } = start();
  const warnings = () => logger.lines.filter(({ level }) => level === 'warn').length;
  await expect.poll(warnings, DEADLINE).toBe(1);
  await expect.poll(() => clock.pending(), DEADLINE).toBe(1);
  note('v1');
  await clock.advance(MIN_STATUS_GAP_MS);
  await looked(2);
  await expect.poll(() => clock.pending(), DEADLINE).toBe(1);
  expect(warnings()).toBe(1);
  await rm(inTheWay);
  note('v2');
  await clock.advance(MIN_STATUS_GAP_MS);
  await settles('v2');
  expect(warnings()).toBe(1);
  await end();
});

test('the file of another agent stays', async () => {
  const { path, settles, end } = start();
  await settles('v0');
  const text = (await readFile(path, 'utf8')).replace('"pid":7', '"pid":8');
  await writeFile(path, text);
  await end();
  expect(await readFile(path, 'utf8')).toBe(text);
});

test.each(['', '{', '[]', '{"deviceId":"edge-1"}', 'x'])('what no agent has written is none: %j', async (text) => {
  const path = join(directory, 'status.json');
  await writeFile(path, text);
  expect(await readStatusFile(path)).toBeUndefined();
});

test('a file that is larger than a status can be is not read', async () => {
  const path = join(directory, 'status.json');
  await writeFile(path, 'x'.repeat(MAX_STATUS_FILE_BYTES + 1));
  await expect(readStatusFile(path)).rejects.toThrow('is larger than');
  expect(await readStatusFile(join(directory, 'none'))).toBeUndefined();
});
