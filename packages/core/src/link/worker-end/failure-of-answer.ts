import { K4eError } from '../../foundation/index.ts';
import type { WorkerAnswer } from '../../ports/index.ts';
import { failureOfStatus } from '../../protocol/index.ts';

const SUBJECT = 'the gateway';
const KEPT_STATUS = 202;

/** The error that a gateway's answer stands for; `undefined`: the message was taken. No answer at all means taken, too. */
export function failureOfAnswer(answer: WorkerAnswer | undefined): K4eError | undefined {
  if (answer === undefined) return undefined;
  if (answer.statusCode === KEPT_STATUS) {
    const message = 'keeps the message until the control plane can be reached';
    return new K4eError('LINK_UNREACHABLE', { subject: SUBJECT, message });
  }
  const retryAfter = Object.entries(answer.metadata).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return failureOfStatus(answer.statusCode, retryAfter, SUBJECT);
}
