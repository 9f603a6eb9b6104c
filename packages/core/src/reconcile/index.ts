/**
 * The machinery of reconciling, which knows no resource kind.
 *
 * An informer keeps what the store holds in memory and tells of changes. A handler turns a change into keys: who has to
 * be looked at. A controller runs one pass at a time for each key; the pass reads what is wanted and what is, afresh, and
 * brings them together. So no event is ever needed twice, and none may be missed: what a key stands for is identity, never
 * what happened to it. Between the two is the work queue: a key is in it once, comes again after a failure with back-off,
 * and can wait for its moment, on one timer for all.
 *
 * Leader election picks the one process whose controllers run. The event recorder tells people what happened, without
 * ever getting in the way. All time is the injected clock's, and all durations are measured with its monotonic side.
 */
export { createWorkQueue } from './create-work-queue.ts';
export { DEFAULT_RETRY_BACKOFF, DEFAULT_RETRY_RATE, MAX_QUEUE_KEYS } from './work-queue.ts';
export type { WorkItem, WorkQueue, WorkQueueOptions } from './work-queue.ts';
export { CONFLICT_DELAYS_MS, MAX_DELAY_MS, retryDelayMs } from './retry-delay.ts';
export { createTokenBucket } from './token-bucket.ts';
export type { RateLimit, TokenBucket } from './token-bucket.ts';
export { createController } from './create-controller.ts';
export {
  DEFAULT_WORKERS,
  DRAIN_TIME_LIMIT_MS,
  MAX_STUCK_PASSES,
  MIN_REQUEUE_MS,
  PASS_TIME_LIMIT_MS,
} from './controller.ts';
export type { Controller, ControllerOptions, Reconcile, ReconcileResult } from './controller.ts';
export { MAX_QUIET_CONFLICTS } from './pass-outcome.ts';
export type { PassFailure } from './pass-outcome.ts';
export { createInformer } from './create-informer.ts';
export type { ChangeHandler, Informer, InformerOptions } from './informer.ts';
export type { Indexer, ResourceCache } from './resource-cache.ts';
export {
  DEFAULT_FOLLOW_BACKOFF,
  HEALTHY_WATCH_MS,
  LIST_TIME_LIMIT_MS,
  RELIST_AFTER_FAILURES,
  WATCH_IDLE_LIMIT_MS,
} from './follow-resources.ts';
export { TIME_SLICE_MS, createTimeSlice } from './time-slice.ts';
export { createDueHeap } from './due-heap.ts';
export type { DueHeap, DueItem } from './due-heap.ts';
export { withDeadline } from './with-deadline.ts';
export type { DeadlineOptions } from './with-deadline.ts';
export { createEventRecorder } from './create-event-recorder.ts';
export {
  EVENT_FLUSH_LIMIT_MS,
  EVENT_TIME_LIMIT_MS,
  EVENT_WRITE_RATE,
  MAX_EVENT_TRIES,
  MAX_PENDING_EVENTS,
  MAX_TRACKED_EVENTS,
  OBJECT_EVENT_RATE,
} from './event-recorder.ts';
export type { EventRecorder, EventRecorderOptions } from './event-recorder.ts';
export { EVENT_MESSAGE_MAX_LENGTH, EVENT_REASON_MAX_LENGTH } from './compose-event.ts';
export type { EventRequest } from './compose-event.ts';
export { createLeaderElection } from './create-leader-election.ts';
export { DEFAULT_LEASE_TIMING, MAX_LEASE_DURATION_MS } from './leader-election.ts';
export type { ElectionRun, LeaderElection, LeaderElectionOptions, LeaseTiming } from './leader-election.ts';
