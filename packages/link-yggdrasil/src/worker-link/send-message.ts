import { status } from '@grpc/grpc-js';
import { K4eError, errorText } from '@k4e/core';
import type { WorkerAnswer, WorkerData } from '@k4e/core/ports';
import { MAX_BODY_BYTES, failureOfStatus } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';
import { isRefusal, isUnknownMethod, statusOf } from '../call/index.ts';
import { decodeAnswer } from '../wire/index.ts';

const SUBJECT = 'the dispatcher';
const KEPT_STATUS = 202;

/** A message as a worker gives it; the dispatcher makes the envelope anew. Throws `TOO_LARGE`. */
export function messageToData(message: Message): WorkerData {
  const sizeBytes = Buffer.byteLength(JSON.stringify(message));
  if (sizeBytes > MAX_BODY_BYTES) {
    const words = `a message of ${sizeBytes} bytes, ${MAX_BODY_BYTES} are allowed`;
    throw new K4eError('TOO_LARGE', { message: words, retry: 'never' });
  }
  const metadata = Object.entries(message.metadata ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return {
    messageId: message.message_id ?? '',
    responseTo: message.response_to ?? '',
    directive: message.directive ?? '',
    metadata: Object.fromEntries(metadata) as Record<string, string>,
    content: Buffer.from(JSON.stringify(message.content ?? null)),
  };
}

/** The error that a dispatcher's answer stands for; `undefined`: the message was taken. */
export function failureOfAnswer(response: Uint8Array): K4eError | undefined {
  let answer: WorkerAnswer | undefined;
  try {
    answer = decodeAnswer(response);
  } catch (cause) {
    return new K4eError('LINK_GARBAGE', { subject: SUBJECT, message: `no answer: ${errorText(cause)}`, cause });
  }
  if (answer === undefined) return undefined;
  if (answer.statusCode === KEPT_STATUS) {
    const message = 'keeps the message until the control plane can be reached';
    return new K4eError('LINK_UNREACHABLE', { subject: SUBJECT, message });
  }
  const retryAfter = Object.entries(answer.metadata).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return failureOfStatus(answer.statusCode, retryAfter, SUBJECT);
}

/** The error that a failed call stands for. */
export function failureOfCall(error: unknown): K4eError {
  const details = { subject: SUBJECT, message: errorText(error), cause: error };
  if (statusOf(error) === status.NOT_FOUND) return new K4eError('LINK_UNKNOWN_DEVICE', details);
  if (isRefusal(error)) return new K4eError('LINK_REFUSED', { ...details, retry: 'never' });
  return new K4eError(isUnknownMethod(error) ? 'LINK_GARBAGE' : 'LINK_UNREACHABLE', details);
}
