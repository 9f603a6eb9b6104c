import { open } from 'node:fs/promises';
import { K4eError, errorText } from '@k4e/core';

/** Largest configuration file, in bytes. */
export const MAX_CONFIG_FILE_BYTES = 65_536;

/** Reads a configuration file. Throws `CONFIG_INVALID` when it cannot be read or is too large. */
export async function readConfigFile(path: string): Promise<{ readonly name: string; readonly text: string }> {
  const bytes = Buffer.alloc(MAX_CONFIG_FILE_BYTES + 1);
  try {
    await using file = await open(path, 'r');
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead > MAX_CONFIG_FILE_BYTES) throw new Error(`is larger than ${String(MAX_CONFIG_FILE_BYTES)} bytes`);
    return { name: path, text: bytes.toString('utf8', 0, bytesRead) };
  } catch (cause) {
    throw new K4eError('CONFIG_INVALID', { subject: path, message: errorText(cause), retry: 'never', cause });
  }
}
