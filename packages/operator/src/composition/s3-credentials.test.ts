import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_STORAGE_FILE_BYTES, readS3Credentials, readStorageFile } from './s3-credentials.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-keys-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);

test('credentials are read as a mounted Secret has them, without the line ends of files', async () => {
  await write('AWS_ACCESS_KEY_ID', 'id\n');
  await write('AWS_SECRET_ACCESS_KEY', 'hunter2\n');
  expect(await readS3Credentials(directory)).toEqual({ accessKeyId: 'id', secretAccessKey: 'hunter2' });
  await write('AWS_SECRET_ACCESS_KEY', 'rotated');
  await write('AWS_SESSION_TOKEN', 'token');
  expect(await readS3Credentials(directory)).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'rotated',
    sessionToken: 'token',
  });
});

test('what is missing or empty is named by its path, and nothing is told of the rest', async () => {
  await write('AWS_ACCESS_KEY_ID', ' \n');
  await expect(readS3Credentials(directory)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(readS3Credentials(directory)).rejects.toThrow(`${join(directory, 'AWS_ACCESS_KEY_ID')}: is empty`);
  await write('AWS_ACCESS_KEY_ID', 'id');
  await expect(readS3Credentials(directory)).rejects.toThrow(join(directory, 'AWS_SECRET_ACCESS_KEY'));
});

test('a file is read up to the limit, and no further', async () => {
  await write('ca', 'x'.repeat(MAX_STORAGE_FILE_BYTES));
  expect(await readStorageFile(join(directory, 'ca'))).toHaveLength(MAX_STORAGE_FILE_BYTES);
  await write('ca', 'x'.repeat(MAX_STORAGE_FILE_BYTES + 1));
  await expect(readStorageFile(join(directory, 'ca'))).rejects.toThrow('is larger than 65536 bytes');
});
