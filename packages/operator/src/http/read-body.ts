import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyBudget } from './body-budget.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { refusal, unavailable } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** A request's whole body, or why there is none. */
export type ReadBody = { readonly bytes: Buffer } | { readonly refused: Refusal };

/** What reading a body needs besides the request. */
export interface BodyReading {
  readonly limits: Pick<EdgeLimits, 'bodyBytes' | 'discardedBodyBytes'>;
  readonly budget: BodyBudget;
}

const GONE: ReadBody = { refused: refusal(400, 'the client went away before its body was complete') };

/**
 * Reads the body of `request` into memory, up to the limit. Somewhat more is read, thrown away and refused; much more is
 * refused at once. What is held counts against the budget until `response` is over, whichever way. Always resolves.
 */
export function readBody(request: IncomingMessage, response: ServerResponse, reading: BodyReading): Promise<ReadBody> {
  const { limits, budget } = reading;
  const tooLarge: ReadBody = { refused: refusal(413, `the body is larger than ${String(limits.bodyBytes)} bytes`) };
  const cutAtBytes = limits.bodyBytes + limits.discardedBodyBytes;
  if (Number(request.headers['content-length']) > cutAtBytes) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let receivedBytes = 0;
    let heldBytes = 0;
    const settle = (body: ReadBody): void => {
      request.off('data', onData).off('end', onEnd);
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      receivedBytes += chunk.length;
      if (receivedBytes > cutAtBytes) return settle(tooLarge);
      if (receivedBytes > limits.bodyBytes) return void (chunks.length = 0);
      if (!budget.take(chunk.length)) return settle({ refused: unavailable('too many requests at once') });
      heldBytes += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      settle(receivedBytes > limits.bodyBytes ? tooLarge : { bytes: joined(chunks) });
    };
    response.once('close', () => {
      budget.release(heldBytes);
      settle(GONE);
    });
    request.on('data', onData).on('end', onEnd);
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
