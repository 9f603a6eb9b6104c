import { errorCode } from '../../foundation/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Channel, Message } from '../../protocol/index.ts';
import type { Doorbell } from '../timing/index.ts';
import { HOLD_SECONDS, MIN_LOOK_SPACING_MS, MIN_POLL_INTERVAL_MS, retryDelayMs } from './poll-timing.ts';
import type { HttpLinkOptions, PollPace } from './http-link-options.ts';
import type { LinkStateReporter } from './link-state-reporter.ts';

/** What a poll loop is made of. */
export interface ChannelPoll {
  readonly channel: Channel;
  readonly options: HttpLinkOptions;
  readonly pace: PollPace;
  /** Rung when the wait for the next look is to be measured anew. */
  readonly bell: Doorbell;
  /** Whether somebody asked for a look now; taken back by asking. */
  takeRefresh(): boolean;
  /** Told of a look that the control plane may hold, and with `undefined` of its end; aborting it makes way for another. */
  noteHeld(look: AbortController | undefined): void;
  readonly reporter: LinkStateReporter;
  /** Gives a message on; the next look waits for it. */
  deliver(message: Message): Promise<void>;
}

/** What a loop knows of its peer: what the device has of it, and whether it holds polls. */
interface Peer {
  readonly tag?: string;
  readonly isHeld: boolean;
}

const STRANGER: Peer = { isHeld: false };

type Look =
  | {
      readonly kind: 'answered';
      readonly message: Message | undefined;
      readonly peer: Peer;
      readonly mayFollow: boolean;
    }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Looks at a channel at once, then again and again until `signal` fires. Never rejects. */
export async function pollChannel(poll: ChannelPoll, signal: AbortSignal): Promise<void> {
  const { clock, random, holdSeconds = HOLD_SECONDS } = poll.options;
  const hasEnded = (): boolean => signal.aborted;
  let peer = STRANGER;
  for (let failures = 0; !hasEnded();) {
    poll.takeRefresh();
    const startedAtMs = clock.monotonicMs();
    // After a failure the news is that the peer answers: it is not to be held back. Who has nothing is answered at once anyhow.
    const mayBeHeld = failures === 0 || peer.tag === undefined;
    const look = await lookOnce(poll, peer, mayBeHeld ? holdSeconds : 0, signal);
    if (hasEnded()) return;
    peer = peerAfter(look, peer);
    failures = look.kind === 'failed' ? failures + 1 : 0;
    const waitMs = waitAfter(poll, look, failures, random());
    if (look.kind === 'failed') poll.reporter.failed(poll.channel, look.error, waitMs());
    if (look.kind === 'answered') poll.reporter.succeeded(poll.channel);
    if (look.kind === 'answered' && look.message !== undefined) await poll.deliver(look.message);
    const due = { clock, startedAtMs, waitMs, mayHurry: mayHurry(poll, look) };
    if ((await waitUntilDue(poll, due, signal)) === 'wanted') peer = STRANGER;
  }
}

async function lookOnce(
  poll: ChannelPoll,
  { tag, isHeld }: Peer,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<Look> {
  const { channel, options } = poll;
  const { client, clock, deviceId } = options;
  const startedAtMs = clock.monotonicMs();
  const own = new AbortController();
  const onAbort = (): void => own.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (tag !== undefined) poll.noteHeld(own);
  try {
    const { message, ...answered } = await client.poll(channel, deviceId, { tag, waitSeconds }, { signal: own.signal });
    const didNotWait = waitSeconds === 0 && answered.tag !== undefined;
    const peerNow = didNotWait ? { ...answered, isHeld } : answered;
    // A peer that says at once that nothing is new does not hold, whatever it says.
    const tookItsTime = clock.monotonicMs() - startedAtMs >= MIN_POLL_INTERVAL_MS;
    const mayFollow = peerNow.isHeld && (message !== undefined || tag === undefined || didNotWait || tookItsTime);
    return { kind: 'answered', message, peer: peerNow, mayFollow };
  } catch (error) {
    return own.signal.aborted ? { kind: 'interrupted' } : { kind: 'failed', error };
  } finally {
    poll.noteHeld(undefined);
    signal.removeEventListener('abort', onAbort);
  }
}

/** What is known of the peer after a look. Of one that does not know the device any more it has nothing. */
function peerAfter(look: Look, peer: Peer): Peer {
  if (look.kind === 'answered') return look.peer;
  return look.kind === 'failed' && errorCode(look.error) !== 'LINK_UNKNOWN_DEVICE' ? peer : STRANGER;
}

/** How long after its start the next look is due: fixed after a failure, else by the interval as it is at any moment. */
function waitAfter({ pace, options }: ChannelPoll, look: Look, failures: number, share: number): () => number {
  if (look.kind === 'interrupted' || (look.kind === 'answered' && look.mayFollow)) return () => MIN_LOOK_SPACING_MS;
  if (look.kind === 'answered') return () => pace.intervalMs(share);
  if (errorCode(look.error) === 'LINK_UNKNOWN_DEVICE') {
    return () => Math.max(pace.unknownDeviceIntervalMs(share), pace.intervalMs(share));
  }
  const delayMs = retryDelayMs(look.error, failures, pace.backoff, options.random);
  return () => delayMs;
}

/** Somebody who asks for a look wants the configuration; and where the device was not known, it may be known now. */
function mayHurry({ channel }: ChannelPoll, look: Look): boolean {
  return channel === 'data' || (look.kind === 'failed' && errorCode(look.error) === 'LINK_UNKNOWN_DEVICE');
}

interface Due {
  readonly clock: Clock;
  readonly startedAtMs: number;
  readonly waitMs: () => number;
  /** Whether a look that somebody asks for comes sooner. */
  readonly mayHurry: boolean;
}

/** Resolves when the next look is due, or `wanted`: by somebody, afresh. */
async function waitUntilDue(poll: ChannelPoll, due: Due, signal: AbortSignal): Promise<'due' | 'wanted'> {
  let isWanted = false;
  while (!signal.aborted) {
    isWanted = (poll.takeRefresh() && due.mayHurry) || isWanted;
    const waitMs = isWanted ? Math.min(MIN_LOOK_SPACING_MS, due.waitMs()) : due.waitMs();
    const limitMs = due.startedAtMs + waitMs - due.clock.monotonicMs();
    if (limitMs <= 0) break;
    await poll.bell.wait({ signal, limitMs });
  }
  return isWanted ? 'wanted' : 'due';
}
