import type { CallOptions } from '../../ports/index.ts';
import type { Channel, Message, PollTerms, PollWish } from '../../protocol/index.ts';

/** The answer to a device: a message, or nothing (wire: 200 with an empty body). */
export type EdgeReply = Message | undefined;

/** The answer to a device that says what it has: that there is nothing else, or what there is. */
export type PollReply = PollTerms &
  ({ readonly isUnchanged: true } | { readonly isUnchanged: false; readonly message: EdgeReply });

/**
 * The edge API without its transport: the four endpoints of the protocol as functions.
 *
 * | rejects with | HTTP |
 * |---|---|
 * | `INVALID_INPUT`: the device id is no DNS label, the content is not valid, the directive is unknown | 400 |
 * | `NOT_FOUND`: there is no such device | 404 |
 * | `STORE_UNAVAILABLE`: not synced yet, or the store is away; worth a retry | 503 |
 * | `KIND_NOT_SERVED`: the store does not know EdgeDevices, yet or any more | 503 |
 * | anything else | 500 |
 */
export interface EdgeApi {
  /** `GET data/in`: the configuration. Of a device that is being deleted: one without workloads. */
  fetchData(deviceId: string, options?: CallOptions): Promise<EdgeReply>;
  /** `POST data/out`: a registration or heartbeat. */
  acceptData(deviceId: string, message: Message, options?: CallOptions): Promise<void>;
  /** `GET control/in`: the disconnect command of a device that is being deleted, else nothing. */
  fetchControl(deviceId: string, options?: CallOptions): Promise<EdgeReply>;
  /** `POST control/out`: connection status and the like; the device need not exist (wire: always 200). */
  acceptControl(deviceId: string, message: Message, options?: CallOptions): Promise<void>;
  /**
   * `fetchData` or `fetchControl` by a device that says what it has, and waits for something else: resolves when there is
   * such, or when the time is over, or `signal` fires. Where too many wait it is answered at once (`isHeld` is false).
   */
  poll(channel: Channel, deviceId: string, wish: PollWish, options?: CallOptions): Promise<PollReply>;
  /** Answers all polls that wait, and lets none wait any more. */
  letGo(): void;
}
