import { K4eError, errorCode, errorText } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';

/** Answers to a connection that only a person can change: wrong version, name, password, no right (wire: CONNACK). */
const REFUSALS: ReadonlySet<unknown> = new Set([1, 2, 4, 5]);

/**
 * The error that the end of a session stands for: `LINK_REFUSED` for a broker that does not want this device, `LINK_GARBAGE` for what
 * is no broker, `LINK_UNREACHABLE` for the rest. `subject` is the broker.
 */
export function failureOfSession(error: unknown, subject: string): K4eError {
  if (error instanceof K4eError && error.subject !== undefined) return error;
  const code = errorCode(error) ?? codeOf(error);
  return new K4eError(code, { subject, message: wordsOf(error), cause: error });
}

/** What the MQTT library says of packets that are none has no code; sockets and CONNACKs have one. */
function codeOf(error: unknown): ErrorCode {
  if (!(error instanceof Error) || !('code' in error)) return 'LINK_GARBAGE';
  return REFUSALS.has(error.code) ? 'LINK_REFUSED' : 'LINK_UNREACHABLE';
}

/** An error that stands for several (one for each address that was tried) may have no words of its own. */
function wordsOf(error: unknown): string {
  const words = errorText(error);
  if (words !== '') return words;
  return error instanceof AggregateError ? error.errors.map(errorText).join('; ') : 'no connection';
}
