import { open } from 'node:fs/promises';
import { systemCode } from '@k4e/core';

/** The text of a file; `undefined` when there is none. Rejects for one of more than `maxBytes`, and as the system does. */
export async function readTextFile(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes + 1));
      if (bytesRead > maxBytes) throw new Error(`is larger than ${maxBytes} bytes`);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
