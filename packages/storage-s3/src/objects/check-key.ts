import { K4eError } from '@k4e/core';
import { MAX_OBJECT_KEY_BYTES } from '@k4e/core/ports';

/** Refuses a key that no store can hold with `INVALID_INPUT`: empty, too long, or not UTF-8. */
export function checkKey(key: string): void {
  if (key === '') refuse(key, 'the key is empty');
  if (!key.isWellFormed()) refuse(key.toWellFormed(), 'the key is not UTF-8');
  if (Buffer.byteLength(key) > MAX_OBJECT_KEY_BYTES) {
    refuse(`${key.slice(0, 60)}...`, `the key has more than ${String(MAX_OBJECT_KEY_BYTES)} bytes`);
  }
}

function refuse(subject: string, message: string): never {
  throw new K4eError('INVALID_INPUT', { subject, message, retry: 'never' });
}
