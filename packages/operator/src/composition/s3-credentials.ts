import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { K4eError, errorText } from '@k4e/core';

/** Largest file with a credential or with certificates, in bytes. */
export const MAX_STORAGE_FILE_BYTES = 65_536;

/** Credentials of the operator for its S3 endpoint. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Reads a small text file. Throws `CONFIG_INVALID` that names the file, and tells nothing of what is in it. */
export async function readStorageFile(path: string): Promise<string> {
  const bytes = Buffer.alloc(MAX_STORAGE_FILE_BYTES + 1);
  try {
    await using file = await open(path, 'r');
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead > MAX_STORAGE_FILE_BYTES) throw new Error(`is larger than ${String(MAX_STORAGE_FILE_BYTES)} bytes`);
    return bytes.toString('utf8', 0, bytesRead);
  } catch (cause) {
    throw new K4eError('CONFIG_INVALID', { subject: path, message: errorText(cause), retry: 'never', cause });
  }
}

async function readCredential(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  const text = (await readStorageFile(path)).trim();
  if (text === '') throw new K4eError('CONFIG_INVALID', { subject: path, message: 'is empty', retry: 'never' });
  return text;
}

/**
 * Reads credentials as a mounted Secret has them: one file each. `AWS_SESSION_TOKEN` is optional. Throws `CONFIG_INVALID`.
 * Read them again before each use: who rotates the Secret changes the files.
 */
export async function readS3Credentials(directory: string): Promise<S3Credentials> {
  const accessKeyId = await readCredential(directory, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = await readCredential(directory, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = await readCredential(directory, 'AWS_SESSION_TOKEN').catch(() => undefined);
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
