import { jsonEqual } from '../../foundation/index.ts';
import { MAX_BODY_BYTES } from '../../protocol/index.ts';
import type { OutboxEntry } from './outbox-entry.ts';

/** How much an outbox holds. */
export interface OutboxLimits {
  /** At least `MIN_OUTBOX_ENTRIES`. */
  readonly maxEntries: number;
  /** Of all messages together; at least `MIN_OUTBOX_BYTES`. */
  readonly maxBytes: number;
}

/** Fewest entries: the newest registration and the newest heartbeat. */
export const MIN_OUTBOX_ENTRIES = 2;
/** Least room, in bytes: for those two, however large they are. */
export const MIN_OUTBOX_BYTES = 2 * MAX_BODY_BYTES;
/** What an outbox holds unless told otherwise: 3 MiB leave room for the frame of a state document. */
export const DEFAULT_OUTBOX_LIMITS: OutboxLimits = { maxEntries: 256, maxBytes: 3 * MAX_BODY_BYTES };

/** What an outbox holds after something came. */
export interface OutboxPlan {
  /** In the order in which they are to be delivered. */
  readonly entries: readonly OutboxEntry[];
  /** What gave way to a newer one that says the same or more. */
  readonly superseded: readonly OutboxEntry[];
  /** What there is no room for; what just came may be among it. */
  readonly dropped: readonly OutboxEntry[];
}

/** Limits that hold what must be held, whatever was asked for. */
export function effectiveLimits({ maxEntries, maxBytes }: OutboxLimits): OutboxLimits {
  return {
    maxEntries: Math.max(MIN_OUTBOX_ENTRIES, maxEntries),
    maxBytes: Math.min(DEFAULT_OUTBOX_LIMITS.maxBytes, Math.max(MIN_OUTBOX_BYTES, maxBytes)),
  };
}

/**
 * Puts `added` at the end. A heartbeat takes the place of every older one, a registration of those with its very content.
 * What is over the limits goes in this order: other messages, oldest first; then registrations, oldest first, but the
 * newest. The newest registration and the newest heartbeat stay; no message is larger than `MAX_BODY_BYTES`. What is left
 * keeps its order.
 */
export function planOutbox(
  entries: readonly OutboxEntry[],
  added: readonly OutboxEntry[],
  limits: OutboxLimits,
): OutboxPlan {
  const all = [...entries, ...added];
  const isSuperseded = (entry: OutboxEntry, index: number): boolean =>
    all.slice(index + 1).some((newer) => supersedes(newer, entry));
  const superseded = all.filter(isSuperseded);
  const current = without(all, superseded);
  const dropped = chooseDropped(current, effectiveLimits(limits));
  return { entries: without(current, dropped), superseded, dropped };
}

function supersedes(newer: OutboxEntry, older: OutboxEntry): boolean {
  if (newer.kind !== older.kind || newer.kind === 'other') return false;
  return newer.kind === 'heartbeat' || jsonEqual(newer.message.content, older.message.content);
}

function chooseDropped(entries: readonly OutboxEntry[], { maxEntries, maxBytes }: OutboxLimits): OutboxEntry[] {
  const dropped: OutboxEntry[] = [];
  let sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  for (const candidate of inDropOrder(entries)) {
    if (entries.length - dropped.length <= maxEntries && sizeBytes <= maxBytes) break;
    dropped.push(candidate);
    sizeBytes -= candidate.sizeBytes;
  }
  return dropped;
}

/** What may be dropped, what goes first at the begin. */
export function inDropOrder(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  const ofKind = (kind: OutboxEntry['kind']): OutboxEntry[] => entries.filter((entry) => entry.kind === kind);
  return [...ofKind('other'), ...ofKind('registration').slice(0, -1)];
}

function without(entries: readonly OutboxEntry[], gone: readonly OutboxEntry[]): readonly OutboxEntry[] {
  const ids = new Set(gone.map(({ id }) => id));
  return entries.filter(({ id }) => !ids.has(id));
}
