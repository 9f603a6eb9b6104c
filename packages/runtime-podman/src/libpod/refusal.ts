import { K4eError } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';
import type { LibpodAnswer } from './libpod-request.ts';
import { refusalShape, startErrorsShape } from './libpod-shapes.ts';

/**
 * Podman tells its failures apart by text only. These are the texts that mean something to k4e, as podman 4.3 to 5.4
 * with netavark, rootlessport and pasta write them; nothing outside this table reads a vendor's words.
 */
const KNOWN_TEXTS: readonly { readonly pattern: RegExp; readonly code: ErrorCode }[] = [
  // Whatever else failed, failed for want of room.
  { pattern: /no space left on device|database or disk is full/i, code: 'RUNTIME_DISK_FULL' },
  { pattern: /\/overlay\/l: invalid argument|recreating the missing symlinks/i, code: 'RUNTIME_STORAGE_DAMAGED' },
  {
    pattern: /(\/overlay\/[0-9a-f]{64}|creating overlay mount .*): no such file or directory/i,
    code: 'RUNTIME_STORAGE_DAMAGED',
  },
  { pattern: /layer not known|unexpected end of JSON input/i, code: 'RUNTIME_STORAGE_DAMAGED' },
  // The program in podman's own image.
  { pattern: /\/catatonit`?: no such file or directory/i, code: 'RUNTIME_STORAGE_DAMAGED' },
  { pattern: /address already in use/i, code: 'RUNTIME_PORT_TAKEN' },
  { pattern: /port is already allocated/i, code: 'RUNTIME_PORT_TAKEN' },
  { pattern: /image not known/i, code: 'RUNTIME_IMAGE_NOT_FOUND' },
  { pattern: /pod already exists/i, code: 'ALREADY_EXISTS' },
  { pattern: /container already exists|that name is already in use/i, code: 'RUNTIME_NAME_TAKEN' },
  { pattern: /container state improper/i, code: 'CONFLICT' },
];

/** The code that a text of podman's stands for; `RUNTIME_FAILED` when it is none that is known. */
export function classifyText(text: string): ErrorCode {
  return KNOWN_TEXTS.find(({ pattern }) => pattern.test(text))?.code ?? 'RUNTIME_FAILED';
}

/** An error that says what podman said of `subject`, cut to `maxLength` characters. */
export function failure(
  subject: string,
  text: string,
  maxLength: number,
  code: ErrorCode = classifyText(text),
): K4eError {
  const words = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return new K4eError(code, { subject, message: words });
}

/** What podman gave as the reason of a refusal, in full. */
export function refusalText(answer: Pick<LibpodAnswer, 'status' | 'body'>): string {
  const started = startErrorsShape.safeParse(answer.body);
  const errors = started.success ? (started.data.Errs ?? []) : [];
  if (errors.length > 0) return errors.filter(isFirstCause).join('; ');
  const refusal = refusalShape.safeParse(answer.body);
  const text = refusal.success ? (refusal.data.message ?? refusal.data.cause) : undefined;
  return text ?? `podman answered with status ${answer.status}`;
}

function isFirstCause(text: string, _index: number, all: readonly string[]): boolean {
  return all.length === 1 || !/a dependency of container .* failed to start/.test(text);
}
