import { createHash } from 'node:crypto';
import type { AppliedResource, EventResource, Resource } from '../resources/index.ts';

/** Longest message of an event, in UTF-16 units; longer ones are cut. */
export const EVENT_MESSAGE_MAX_LENGTH = 1_024;
/** Longest reason of an event, in characters; longer ones are cut. Kubernetes' own limit. */
export const EVENT_REASON_MAX_LENGTH = 128;

const NAME_MAX_LENGTH = 253;
const HASH_LENGTH = 16;
const HIGH_SURROGATE = /[\uD800-\uDBFF]$/;

/** Something that happened. */
export interface EventRequest {
  /** What it happened to, as it came from the store. */
  readonly about: Resource;
  readonly type: 'Normal' | 'Warning';
  /** Why, as one CamelCase word. */
  readonly reason: string;
  /** In words for a fleet operator. Never holds a secret. */
  readonly message: string;
}

/** How often it happened, and when; milliseconds since 1970. */
export interface EventTally {
  count: number;
  firstMs: number;
  lastMs: number;
}

/** The name of the event: the same for repeats, another for everything else. `<name of the resource>.<hash>`. */
export function eventName({ about, type, reason, message }: EventRequest): string {
  const { apiVersion, kind, metadata } = about;
  const identity = [apiVersion, kind, metadata.namespace, metadata.name, metadata.uid ?? '', type, reason, message];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, HASH_LENGTH);
  const name = metadata.name.slice(0, NAME_MAX_LENGTH - HASH_LENGTH - 1).replace(/[-.]+$/, '');
  return `${name}.${hash}`;
}

/** The event as it is written. Pure. */
export function composeEvent(
  component: string,
  request: EventRequest,
  tally: EventTally,
): AppliedResource<EventResource> {
  const { about, type, reason, message } = request;
  const { name, namespace, uid } = about.metadata;
  const involved = { apiVersion: about.apiVersion, kind: about.kind, namespace, name };
  return {
    metadata: { namespace, name: eventName(request) },
    involvedObject: uid === undefined ? involved : { ...involved, uid },
    type,
    reason: cutText(reason, EVENT_REASON_MAX_LENGTH),
    message: cutText(message, EVENT_MESSAGE_MAX_LENGTH),
    count: tally.count,
    firstTimestamp: wholeSeconds(tally.firstMs),
    lastTimestamp: wholeSeconds(tally.lastMs),
    source: { component },
  };
}

/** wire: Kubernetes keeps event times in whole seconds. */
function wholeSeconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `text` within `maxLength`, ending in an ellipsis where it was cut; never in half a character. */
function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(HIGH_SURROGATE, '')}…`;
}
