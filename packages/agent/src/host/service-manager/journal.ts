import { naturalOf } from './natural-of.ts';

/**
 * What writes an entry to the journal whose socket is the descriptor `K4E_JOURNAL_FD` of an environment; `undefined` where
 * there is none. It throws where the journal does not take the entry.
 */
export function journalOf(
  env: Readonly<Record<string, string | undefined>>,
  write: (fd: number, datagram: Buffer) => void,
): ((datagram: Buffer) => void) | undefined {
  const fd = naturalOf(env.K4E_JOURNAL_FD);
  return fd === undefined ? undefined : (datagram) => write(fd, datagram);
}
