import { fstatSync } from 'node:fs';
import { naturalOf } from './natural-of.ts';

const NAMES = ['K4E_NOTIFY_FD', 'K4E_JOURNAL_FD'] as const;

/**
 * The environment without descriptors that are no sockets: one that was left over from somewhere may stand for a file that this
 * process opens. To be called before anything is opened.
 */
export function withInheritedSockets(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const wrong = NAMES.filter((name) => !isSocket(naturalOf(env[name])));
  return { ...env, ...Object.fromEntries(wrong.map((name) => [name, undefined])) };
}

function isSocket(fd: number | undefined): boolean {
  try {
    return fd !== undefined && fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
