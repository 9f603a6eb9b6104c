import { isRecord } from '../../foundation/index.ts';
import type { Unsupported } from './unsupported.ts';

/** Podman writes the pod down again before it reads it, and gets the indentation of such a text wrong, or loses it. */
const UNREADABLE = /^(?=\s)[^]*\n/;

const REASON =
  'podman cannot read a text of several lines that begins with white space; begin it with the first word of its first line';

/** Refuses texts of several lines that begin with a space, a tab or an empty line, wherever they are in the pod. */
export function checkTexts(value: unknown, path: string): Unsupported[] {
  if (typeof value === 'string') return UNREADABLE.test(value) ? [{ path, reason: REASON }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => checkTexts(item, `${path}[${String(index)}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([field, item]) => checkTexts(item, `${path}.${field}`));
}
