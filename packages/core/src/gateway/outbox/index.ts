/** What workers have sent and the control plane has not taken yet: bounded, and there after a death. */
export { createOutboxEntry, kindOf, messageSizeBytes } from './outbox-entry.ts';
export type { OutboxEntry, OutboxKind } from './outbox-entry.ts';
export { DEFAULT_OUTBOX_LIMITS, MIN_OUTBOX_BYTES, MIN_OUTBOX_ENTRIES, planOutbox } from './plan-outbox.ts';
export type { OutboxLimits, OutboxPlan } from './plan-outbox.ts';
export { OUTBOX_DOCUMENT, Outbox } from './outbox.ts';
