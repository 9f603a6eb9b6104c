import type { Message } from '../protocol/index.ts';
import type { CallOptions } from './call-options.ts';

/** What the control plane sent, and on which channel. */
export interface ReceivedMessage {
  readonly channel: 'data' | 'control';
  readonly message: Message;
}

/** How the link is doing, for status and logs. */
export type LinkState =
  | { readonly state: 'connected' }
  /** `retryInMs` until the next try. */
  | { readonly state: 'waiting'; readonly cause: string; readonly retryInMs: number }
  /** The control plane answers, and does not know this device: register. */
  | { readonly state: 'unknown-device' };

/**
 * The device's way to its control plane; a transport, without knowledge of what the messages mean.
 *
 * | call | outcome |
 * |---|---|
 * | `receive` | yields messages as they come: each command once and in order, of configurations the newest; older ones that nobody took are dropped. Outages end nothing: it retries with back-off and says so through `onState`. Ends only by `signal`, without an error |
 * | `onState` | `connected` once when everything works; `waiting` and `unknown-device` again at each try of its own that fails. What it throws is logged |
 * | `send` | resolves when the control plane has taken the message; rejects with `LINK_UNREACHABLE`, `LINK_UNKNOWN_DEVICE`, `LINK_REFUSED` (never worth a retry), `LINK_GARBAGE`, `TOO_LARGE` (nothing was sent) or `ABORTED`. Never retries by itself |
 * | `refresh` | asks for the configuration now instead of at the next poll, and for commands too where the device was not known; may be called at any time, and as often as one likes |
 */
export interface DeviceLink {
  receive(options: {
    readonly signal: AbortSignal;
    readonly onState?: (state: LinkState) => void;
  }): AsyncIterable<ReceivedMessage>;
  send(channel: 'data' | 'control', message: Message, options?: CallOptions): Promise<void>;
  refresh(): void;
}
