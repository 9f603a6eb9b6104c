import { errorCode, errorText } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';
import type { WorkerAnswer } from '../../ports/index.ts';

/** The control plane has taken it. */
export const TAKEN: WorkerAnswer = { statusCode: 200, metadata: {} };
/** It is kept, and delivered when the control plane can be reached, unless something newer takes its place. */
export const KEPT: WorkerAnswer = { statusCode: 202, metadata: {} };
/** More is under way than there is room for. */
export const BUSY: WorkerAnswer = refusal(429, 'too much at once');
/** It could neither be delivered nor kept. */
export const NOT_KEPT: WorkerAnswer = refusal(
  503,
  'the control plane cannot be reached, and there is no room to keep it',
);
/** The gateway is about to end. */
export const ENDING: WorkerAnswer = refusal(503, 'the gateway ends');

/** An answer that says why not. */
export function refusal(statusCode: number, error: string): WorkerAnswer {
  return { statusCode, body: { error }, metadata: {} };
}

const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
  INVALID_INPUT: 400,
  LINK_REFUSED: 400,
  LINK_UNKNOWN_DEVICE: 404,
  TOO_LARGE: 413,
  LINK_GARBAGE: 502,
  LINK_UNREACHABLE: 502,
  TIMEOUT: 504,
  ABORTED: 503,
};

/** The answer that an error stands for. */
export function answerOfFailure(error: unknown): WorkerAnswer {
  const code = errorCode(error);
  return refusal((code === undefined ? undefined : STATUS_OF_CODE[code]) ?? 500, errorText(error));
}

/** Whether a message that failed so is worth another try later: everything but a clear no. */
export function isWorthKeeping(error: unknown): boolean {
  const code = errorCode(error);
  return !(['LINK_REFUSED', 'LINK_UNKNOWN_DEVICE', 'TOO_LARGE', 'INVALID_INPUT'] as const).some(
    (final) => final === code,
  );
}
