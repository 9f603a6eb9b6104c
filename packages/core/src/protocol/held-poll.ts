/**
 * Held polls: k4e's own addition to `GET data/in` and `GET control/in`, in the words of HTTP. A device that asks for it says
 * how long it would wait (`Prefer: wait=25`, RFC 7240) and what it has (`If-None-Match`, RFC 9110). A control plane that
 * knows it answers when there is something else, or 304 when the time is over, and says that it did
 * (`Preference-Applied`). Older peers of either side send, or answer, as they always did.
 */

/** Longest name of an answer, in characters. */
export const MAX_POLL_TAG = 128;
/** Longest time that a poll is held, in seconds. */
export const MAX_HOLD_SECONDS = 60;

/** What a device says when it asks. */
export interface PollWish {
  /** What the answer was called that it has; `undefined`: it has none, and wants one at once. */
  readonly tag?: string | undefined;
  /** How long it would wait for something else; 0: not at all. */
  readonly waitSeconds: number;
}

/** How a control plane answers a poll. */
export interface PollTerms {
  /** What the answer is called. */
  readonly tag: string;
  /** Whether it holds polls: the device may ask again at once. */
  readonly isHeld: boolean;
}

/** Headers as Node gives them: names in lower case. */
type Headers = Readonly<Record<string, unknown>>;

const HOLDING = 'wait';

/** The headers of a request that says `wish`. */
export function pollHeaders({ tag, waitSeconds }: PollWish): Record<string, string> {
  return {
    ...(waitSeconds > 0 ? { Prefer: `${HOLDING}=${String(waitSeconds)}` } : {}),
    ...(tag === undefined ? {} : { 'If-None-Match': weakTag(tag) }),
  };
}

/** What a request says; `undefined`: nothing, it is an old peer's. What cannot be read was not said. */
export function readPollWish(headers: Headers): PollWish | undefined {
  const tag = readTag(headers['if-none-match']);
  const waitSeconds = Math.min(readWait(headers.prefer) ?? 0, MAX_HOLD_SECONDS);
  return tag === undefined && waitSeconds === 0 ? undefined : { tag, waitSeconds };
}

/** The headers of an answer on these terms. */
export function pollAnswerHeaders({ tag, isHeld }: PollTerms): Record<string, string> {
  return { ETag: weakTag(tag), ...(isHeld ? { 'Preference-Applied': HOLDING } : {}) };
}

/** On which terms an answer came; without a `tag` from a peer that does not name its answers. */
export function readPollTerms(headers: Headers): Partial<Pick<PollTerms, 'tag'>> & Pick<PollTerms, 'isHeld'> {
  const tag = readTag(headers.etag);
  const applied = headers['preference-applied'];
  const isHeld = tag !== undefined && typeof applied === 'string' && /^\s*wait\b/i.test(applied);
  return { ...(tag === undefined ? {} : { tag }), isHeld };
}

// Weak: two answers of one name have ids and dates of their own.
function weakTag(tag: string): string {
  return `W/"${tag}"`;
}

function readTag(value: unknown): string | undefined {
  const [, tag] = typeof value === 'string' ? (/^\s*(?:W\/)?"([\w.~-]+)"\s*$/.exec(value) ?? []) : [];
  return tag === undefined || tag.length > MAX_POLL_TAG ? undefined : tag;
}

function readWait(value: unknown): number | undefined {
  const [, seconds] = typeof value === 'string' ? (/(?:^|,)\s*wait\s*=\s*"?(\d{1,9})\b/i.exec(value) ?? []) : [];
  return seconds === undefined ? undefined : Number(seconds);
}
