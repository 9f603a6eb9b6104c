import { K4eError } from '../../foundation/index.ts';
import type { LinkState, ReceivedMessage } from '../../ports/index.ts';
import type { Channel, Message, PollAnswer, PollWish } from '../../protocol/index.ts';
import { createFakeClock, createMemoryLogger } from '../../testing/index.ts';
import { createHttpLink } from './create-http-link.ts';

type Reply = Message | undefined | K4eError;

/** Waits until the test releases what hangs; rejects when the signal fires. */
function released(hanging: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    hanging.add(resolve);
    signal?.addEventListener('abort', () => reject(new K4eError('ABORTED')));
  });
}

/** A link on a clock that stands still, and a control plane that answers what the test says. */
export function createRig(options: { readonly share?: number } = {}) {
  const clock = createFakeClock();
  const rig = {
    clock,
    logger: createMemoryLogger(),
    intervalMs: 10_000,
    answers: { data: undefined, control: undefined } as Record<Channel, Reply>,
    looks: { data: [] as number[], control: [] as number[] },
    states: [] as LinkState[],
    taken: [] as ReceivedMessage[],
    wishes: { data: [] as PollWish[], control: [] as PollWish[] },
    /** Whether the control plane holds polls that bring the tag of what there is, and whether it is honest about it. */
    holds: false,
    isPatient: true,
    tags: { data: 'd1', control: 'idle' } as Record<Channel, string>,
    hang: false,
    hanging: new Set<() => void>(),
    release(): void {
      rig.hang = false;
      rig.hanging.forEach((end) => end());
      rig.hanging.clear();
    },
    stop: new AbortController(),
  };
  const client = {
    poll: async (
      channel: Channel,
      _deviceId: string,
      wish: PollWish,
      { signal }: { readonly signal?: AbortSignal } = {},
    ): Promise<PollAnswer> => {
      rig.looks[channel].push(clock.monotonicMs());
      rig.wishes[channel].push(wish);
      const terms = { isHeld: rig.holds, ...(rig.holds ? { tag: rig.tags[channel] } : {}) };
      if (rig.hang || (rig.holds && wish.tag === terms.tag && rig.isPatient && wish.waitSeconds > 0))
        await released(rig.hanging, signal);
      const answer = rig.answers[channel];
      if (answer instanceof K4eError) throw answer;
      if (rig.holds && wish.tag === rig.tags[channel]) return { ...terms, message: undefined };
      return { isHeld: rig.holds, ...(rig.holds ? { tag: rig.tags[channel] } : {}), message: answer };
    },
    send: () => Promise.resolve(),
  };
  const link = createHttpLink({
    client,
    clock,
    logger: rig.logger,
    deviceId: 'd1',
    random: () => options.share ?? 0,
    pollIntervalMs: () => rig.intervalMs,
  });
  const receive = () =>
    link.receive({ signal: rig.stop.signal, onState: (state) => void rig.states.push(state) })[Symbol.asyncIterator]();
  /** Takes everything as it comes. */
  const takeAll = async (): Promise<void> => {
    const messages = receive();
    for (let next = await messages.next(); next.done !== true; next = await messages.next()) rig.taken.push(next.value);
  };
  return Object.assign(rig, { link, receive, takeAll });
}

/** A message on `data`. */
export const configuration = (version: string): Message => ({ type: 'data', content: { version } });
/** A message on `control`. */
export const command = (name: string): Message => ({ type: 'command', content: { command: name } });
/** An outage. */
export const unreachable = (details: ConstructorParameters<typeof K4eError>[1] = {}): K4eError =>
  new K4eError('LINK_UNREACHABLE', { message: 'ECONNREFUSED', ...details });
