import { errorCode } from '../../foundation/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Channel, Message } from '../../protocol/index.ts';
import type { Doorbell } from '../timing/index.ts';
import { MIN_LOOK_SPACING_MS, retryDelayMs } from './poll-timing.ts';
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
  readonly reporter: LinkStateReporter;
  /** Gives a message on; the next look waits for it. */
  deliver(message: Message): Promise<void>;
}

type Look =
  | { readonly kind: 'answered'; readonly message: Message | undefined }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Looks at a channel at once, then again and again until `signal` fires. Never rejects. */
export async function pollChannel(poll: ChannelPoll, signal: AbortSignal): Promise<void> {
  const { clock, random } = poll.options;
  const hasEnded = (): boolean => signal.aborted;
  for (let failures = 0; !hasEnded();) {
    poll.takeRefresh();
    const startedAtMs = clock.monotonicMs();
    const look = await lookOnce(poll, signal);
    if (hasEnded()) return;
    failures = look.kind === 'failed' ? failures + 1 : 0;
    const waitMs = waitAfter(poll, look, failures, random());
    if (look.kind === 'failed') poll.reporter.failed(poll.channel, look.error, waitMs());
    else poll.reporter.succeeded(poll.channel);
    if (look.kind === 'answered' && look.message !== undefined) await poll.deliver(look.message);
    await waitUntilDue(poll, { clock, startedAtMs, waitMs, mayHurry: mayHurry(poll, look) }, signal);
  }
}

async function lookOnce({ channel, options }: ChannelPoll, signal: AbortSignal): Promise<Look> {
  try {
    return { kind: 'answered', message: await options.client.fetch(channel, options.deviceId, { signal }) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** How long after its start the next look is due: fixed after a failure, else by the interval as it is at any moment. */
function waitAfter({ pace, options }: ChannelPoll, look: Look, failures: number, share: number): () => number {
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

async function waitUntilDue(poll: ChannelPoll, due: Due, signal: AbortSignal): Promise<void> {
  let isWanted = false;
  while (!signal.aborted) {
    isWanted = (poll.takeRefresh() && due.mayHurry) || isWanted;
    const waitMs = isWanted ? Math.min(MIN_LOOK_SPACING_MS, due.waitMs()) : due.waitMs();
    const limitMs = due.startedAtMs + waitMs - due.clock.monotonicMs();
    if (limitMs <= 0) return;
    await poll.bell.wait({ signal, limitMs });
  }
}
