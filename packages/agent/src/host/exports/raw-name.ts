import { isUtf8 } from 'node:buffer';

/**
 * The name of a directory entry, byte by byte: each character stands for one byte (the encoding `latin1`). Linux allows
 * any byte but `/` and NUL, so no other string holds every name.
 */
export type RawName = string;

/** The encoding in which Node hands out raw names. */
export const RAW_NAME = 'latin1';

const ASCII = /^[\0-\x7f]*$/;
const INVALID_UTF8 = /[\x80-\xff]/g;

/** The name as text; `undefined` when it is not UTF-8. */
export function textOfName(name: RawName): string | undefined {
  if (ASCII.test(name)) return name;
  const bytes = Buffer.from(name, RAW_NAME);
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** The name that `text` has on the disk. */
export function rawNameOf(text: string): RawName {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString(RAW_NAME);
}

/** A name that is not UTF-8, readable: bytes that are not ASCII as `\xff`. */
export function escapeName(name: RawName): string {
  return name.replaceAll(INVALID_UTF8, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** The path of an entry of the directory that is open as `descriptor`, whatever became of the directory's own path. */
export function pathWithin(descriptor: number, name: RawName): string | Buffer {
  const path = `${descriptorPath(descriptor)}/${name}`;
  return ASCII.test(name) ? path : Buffer.from(path, RAW_NAME);
}

/** The path by which the kernel leads to what is open as `descriptor`. */
export function descriptorPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}
