import type { Clock, WorkerAnswer, WorkerData } from '../ports/index.ts';
import { BUSY, answerOfFailure, outgoingMessage, postToUrl } from './data-out/index.ts';
import type { DeliveryLane, PostParts } from './data-out/index.ts';
import { hasScheme } from './web/index.ts';

/** Most requests to URLs that workers ask for at a time. */
export const MAX_URL_REQUESTS = 8;

/** What is done with what workers send. */
export interface WorkerDataHandlerParts extends PostParts {
  readonly lane: Pick<DeliveryLane, 'offer'>;
  readonly clock: Clock;
  readonly uuid: () => string;
}

/** Takes what a worker sends; never rejects. */
export type HandleWorkerData = (
  data: WorkerData,
  options: { readonly signal: AbortSignal; readonly answerWithinMs?: number },
) => Promise<WorkerAnswer>;

/** Creates the handler: a directive with a scheme is a URL to post to (wire), everything else is for the control plane. */
export function createWorkerDataHandler(parts: WorkerDataHandlerParts): HandleWorkerData {
  const { lane, clock, uuid } = parts;
  let requests = 0;
  const post = async (data: WorkerData, signal: AbortSignal): Promise<WorkerAnswer> => {
    if (requests >= MAX_URL_REQUESTS) return BUSY;
    requests++;
    try {
      return await postToUrl(data, parts, signal);
    } finally {
      requests--;
    }
  };
  return async (data, options) => {
    if (hasScheme(data.directive)) return post(data, options.signal);
    try {
      return await lane.offer(outgoingMessage(data, { nowMs: clock.nowMs(), id: uuid() }), options);
    } catch (error) {
      return answerOfFailure(error);
    }
  };
}
