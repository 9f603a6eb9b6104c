import { readTextFile } from '../files/index.ts';
import { statusFileSchema } from './status-file-schema.ts';
import type { StatusFile } from './status-file-schema.ts';

/** Largest status file, in bytes: 512 KiB, twice what the bounds of its members come to. */
export const MAX_STATUS_FILE_BYTES = 524_288;

/** What stands in a status file; `undefined` when there is none, or it is nothing that an agent has written. Rejects as the system does. */
export async function readStatusFile(path: string): Promise<StatusFile | undefined> {
  const text = await readTextFile(path, MAX_STATUS_FILE_BYTES);
  if (text === undefined) return undefined;
  const { data } = statusFileSchema.safeParse(parse(text));
  return data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
