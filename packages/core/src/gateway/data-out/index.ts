/** What workers send: to the control plane, by way of the outbox if need be, or to a URL. */
export { DELIVERY_BACKOFF, DELIVERY_LIMIT_MS, DeliveryLane, MAX_TRIES_IN_FRONT } from './delivery-lane.ts';
export type { DeliveryLaneParts } from './delivery-lane.ts';
export { ANSWER_LIMIT_MS, MAX_WAITING_BYTES, MAX_WAITING_SENDS, answerLimitMs } from './waiting-sends.ts';
export { outgoingMessage } from './outgoing-message.ts';
export { MAX_URL_HEADERS, URL_REQUEST_LIMIT_MS, postToUrl } from './post-to-url.ts';
export type { PostParts } from './post-to-url.ts';
export { BUSY, ENDING, KEPT, NOT_KEPT, TAKEN, answerOfFailure, isWorthKeeping, refusal } from './worker-answers.ts';
