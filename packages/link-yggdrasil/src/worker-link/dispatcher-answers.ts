import { status } from '@grpc/grpc-js';
import { K4eError, errorText } from '@k4e/core';
import type { WorkerAnswer } from '@k4e/core/ports';
import { isRefusal, isUnknownMethod, statusOf } from '../call/index.ts';
import { decodeAnswer } from '../wire/index.ts';

const SUBJECT = 'the dispatcher';

/** What a dispatcher answered; `undefined`: it has taken the message, and says no more. Throws `LINK_GARBAGE`. */
export function readAnswer(response: Uint8Array): WorkerAnswer | undefined {
  try {
    return decodeAnswer(response);
  } catch (cause) {
    throw new K4eError('LINK_GARBAGE', { subject: SUBJECT, message: `no answer: ${errorText(cause)}`, cause });
  }
}

/** The error that a failed call stands for. */
export function failureOfCall(error: unknown): K4eError {
  const details = { subject: SUBJECT, message: errorText(error), cause: error };
  if (statusOf(error) === status.NOT_FOUND) return new K4eError('LINK_UNKNOWN_DEVICE', details);
  if (isRefusal(error)) return new K4eError('LINK_REFUSED', { ...details, retry: 'never' });
  return new K4eError(isUnknownMethod(error) ? 'LINK_GARBAGE' : 'LINK_UNREACHABLE', details);
}
