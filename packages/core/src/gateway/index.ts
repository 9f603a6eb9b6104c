/**
 * The gateway's half of a device in two processes, in the role of yggdrasil: it talks to the control plane, passes messages to
 * its workers by their directive, and passes on what they send. Without transports and processes: `DeviceLink` is the way to
 * the control plane, `WorkerHub` that to the workers.
 *
 * What workers send while the control plane is away is kept in a bounded outbox that outlives the process. What goes first
 * when it is full: heartbeats, as soon as there is a newer one; then messages that are neither registration nor heartbeat,
 * oldest first; then registrations but the newest, oldest first. The newest registration and heartbeat always stay.
 */
export { createGateway } from './create-gateway.ts';
export type { Gateway, GatewayOutcome, GatewayParts } from './gateway.ts';
export {
  DEFAULT_OUTBOX_LIMITS,
  MIN_OUTBOX_BYTES,
  MIN_OUTBOX_ENTRIES,
  OUTBOX_DOCUMENT,
  planOutbox,
} from './outbox/index.ts';
export type { OutboxEntry, OutboxKind, OutboxLimits, OutboxPlan } from './outbox/index.ts';
export type { CanonicalFacts } from './status/index.ts';
export { createWebClient } from './web/index.ts';
export type { WebAnswer, WebClient, WebRequest } from './web/index.ts';
