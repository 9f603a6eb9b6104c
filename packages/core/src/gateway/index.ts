/**
 * The gateway's half of a device in two processes: it talks to the control plane, and passes messages to its workers and
 * back. Without transports and processes.
 */
export {
  DEFAULT_OUTBOX_LIMITS,
  MIN_OUTBOX_BYTES,
  MIN_OUTBOX_ENTRIES,
  OUTBOX_DOCUMENT,
  planOutbox,
} from './outbox/index.ts';
export type { OutboxEntry, OutboxKind, OutboxLimits, OutboxPlan } from './outbox/index.ts';
