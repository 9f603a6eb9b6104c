import { K4eError } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import type { DeviceLink, LinkState, ReceivedMessage } from '../ports/index.ts';
import type { Message } from '../protocol/index.ts';

/** A message that the device sent. */
export interface SentMessage {
  readonly channel: 'data' | 'control';
  readonly message: Message;
}

/** A way to a control plane that the test plays. */
export interface FakeDeviceLink extends DeviceLink {
  /** Gives the device a message; one that nobody receives yet waits. */
  deliver(channel: 'data' | 'control', message: Message): void;
  /** Tells the receiver how the link is doing. */
  tell(state: LinkState): void;
  /** What was sent and taken, in order. */
  sent(): readonly SentMessage[];
  /** While set, each `send` rejects with that; `undefined` takes messages again. */
  refuse(code: ErrorCode | undefined): void;
  /** How often the configuration was asked for. */
  refreshCount(): number;
  /** Whether anybody receives now. */
  isReceiving(): boolean;
}

/** Creates a link that takes everything and delivers nothing by itself. */
export function createFakeDeviceLink(): FakeDeviceLink {
  const waiting: ReceivedMessage[] = [];
  const sent: SentMessage[] = [];
  let refusal: ErrorCode | undefined;
  let refreshes = 0;
  let receivers = 0;
  const wakes = new Set<() => void>();
  let onState: ((state: LinkState) => void) | undefined;
  async function* receive(options: Parameters<DeviceLink['receive']>[0]): AsyncGenerator<ReceivedMessage> {
    const { signal } = options;
    let wake = (): void => undefined;
    const rouse = (): void => wake();
    wakes.add(rouse);
    signal.addEventListener('abort', rouse, { once: true });
    onState = options.onState;
    receivers++;
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      receivers--;
      wakes.delete(rouse);
      signal.removeEventListener('abort', rouse);
    }
  }
  return {
    receive,
    async send(channel, message, { signal } = {}) {
      await Promise.resolve();
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      if (refusal !== undefined) throw new K4eError(refusal);
      sent.push({ channel, message });
    },
    refresh() {
      refreshes++;
    },
    deliver(channel, message) {
      waiting.push({ channel, message });
      for (const wake of [...wakes]) wake();
    },
    tell: (state) => onState?.(state),
    sent: () => sent,
    refuse: (code) => void (refusal = code),
    refreshCount: () => refreshes,
    isReceiving: () => receivers > 0,
  };
}
