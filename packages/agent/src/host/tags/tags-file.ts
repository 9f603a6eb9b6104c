import { dirname } from 'node:path';
import { errorText, jsonEqual } from '@k4e/core';
import { createDoorbell } from '@k4e/core/link';
import type { Clock, Logger } from '@k4e/core/ports';
import { watchDirectory } from '../directory/index.ts';
import { readTextFile } from '../files/index.ts';
import { readTags } from './read-tags.ts';

/** Largest tags file that is read, in bytes: 64 KiB. */
export const MAX_TAGS_FILE_BYTES = 65_536;

/** What following a tags file takes. */
export interface TagsFileOptions {
  /** Absolute path; the file need not be there. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the machine's owner calls it, in a file that may change. */
export interface TagsFile {
  /** The tags as they were last read; a file that cannot be read leaves them as they were. */
  current(): Readonly<Record<string, string>>;
  /** Reads at once and whenever the file changes, until `signal` fires; `onChange` hears of other tags. Never rejects. */
  follow(options: { readonly signal: AbortSignal; readonly onChange: () => void }): Promise<void>;
}

/** Creates a reader; nothing is read before `follow`. */
export function createTagsFile({ path, clock, logger }: TagsFileOptions): TagsFile {
  let tags: Readonly<Record<string, string>> = {};
  let last: string | undefined;
  const look = async (onChange: () => void): Promise<void> => {
    try {
      const text = (await readTextFile(path, MAX_TAGS_FILE_BYTES)) ?? '';
      if (text === last) return;
      last = text;
      const read = readTags(text);
      for (const objection of read.objections) logger.warn('a tag is not told', { path, objection });
      if (jsonEqual(read.tags, tags)) return;
      tags = read.tags;
      onChange();
    } catch (error) {
      logger.warn('the tags file cannot be read', { path, error: errorText(error) });
    }
  };
  return {
    current: () => tags,
    follow: ({ signal, onChange }) => {
      const bell = createDoorbell(clock);
      return watchDirectory({ directory: dirname(path), clock, bell, look: () => look(onChange) }, { signal });
    },
  };
}
