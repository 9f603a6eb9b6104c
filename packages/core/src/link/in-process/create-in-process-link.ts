import type { Clock, DeviceLink, Logger } from '../../ports/index.ts';
import { createWorkerEnd } from '../worker-end/index.ts';
import type { InProcessHub } from './in-process-hub.ts';

/** Time for one message to a gateway, which may pass it on before it answers, in milliseconds. */
export const ANSWER_LIMIT_MS = 30_000;

/** What a link in this process works with. */
export interface InProcessLinkOptions {
  readonly hub: InProcessHub;
  /** What the worker answers to: the directive of messages for it. */
  readonly handler: string;
  /** Of this process. */
  readonly pid: number;
  readonly features?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default `ANSWER_LIMIT_MS`. */
  readonly answerLimitMs?: number;
  readonly heldDisconnectLimitMs?: number;
}

/**
 * The way of a device to a gateway in the same process: a `WorkerEnd` on an `InProcessHub`. It is connected from its creation
 * to `close`, whether somebody receives or not.
 */
export interface InProcessLink extends DeviceLink {
  /** Tells the device that it is let go, as its gateway would: for one whose gateway has ended. */
  letGo(): void;
  /** Ends it: `receive` ends, the registration, and whatever waits for this device. Idempotent. */
  close(): void;
}

/** Connects a worker and gives its link. Throws as `InProcessHub.connect` does. */
export function createInProcessLink(options: InProcessLinkOptions): InProcessLink {
  const { hub, handler, pid, features = {}, clock, logger, heldDisconnectLimitMs } = options;
  const { answerLimitMs: answerWithinMs = ANSWER_LIMIT_MS } = options;
  const end = createWorkerEnd({
    ...{ clock, logger, heldDisconnectLimitMs, isToldOfConnection: true },
    say: (data, { signal }) => connection.say(data, { signal, answerWithinMs }),
  });
  const worker = { handler, pid, hasDetachedContent: false, features };
  const connection = hub.connect(worker, end.listener, end.registration);
  return {
    receive: (receiving) => end.receive(receiving),
    send: (channel, message, sending) => end.send(channel, message, sending),
    refresh: () => end.refresh(),
    // What it resolves with is for a gateway that waits.
    letGo: () => void end.listener.onDisconnect({}).catch(() => undefined),
    close() {
      end.close();
      connection.close();
    },
  };
}
