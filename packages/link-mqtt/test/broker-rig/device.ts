import { randomUUID } from 'node:crypto';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import type { LinkState, ReceivedMessage } from '@k4e/core/ports';
import { createMqttLink } from '@k4e/link-mqtt';
import type { MqttLink, MqttLinkOptions } from '@k4e/link-mqtt';
import { expect } from 'vitest';

/** How long tests wait for what must happen, in milliseconds. */
export const DEADLINE_MS = 30_000;

/** Looks again and again until it is so. */
export const eventually = (check: () => unknown) => expect.poll(check, { timeout: DEADLINE_MS, interval: 5 });

/** A device that takes all that its link gives. */
export interface Device {
  readonly link: MqttLink;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  readonly taken: readonly ReceivedMessage[];
  readonly states: readonly LinkState[];
  readonly state: () => LinkState['state'] | undefined;
  readonly causes: () => readonly string[];
  readonly ids: (channel: ReceivedMessage['channel']) => readonly unknown[];
  /** Takes no more; the link stays as it is. */
  readonly rest: () => Promise<void>;
  /** Takes no more, and closes the link. */
  readonly stop: () => Promise<void>;
}

/** The options of a link that tries again within milliseconds. */
export function quickOptions(brokers: readonly string[], more: Partial<MqttLinkOptions> = {}): MqttLinkOptions {
  return {
    ...{ brokers, deviceId: 'edge-1', clock: createSystemClock(), logger: createMemoryLogger() },
    ...{ random: Math.random, uuid: randomUUID },
    backoff: { firstMs: 10, maxMs: 100, factor: 2, jitter: 0.5 },
    ...more,
  };
}

/** Starts a device that is connected to the first broker that lets it in. `mayTake` decides when it takes the next message. */
export function startDevice(
  brokers: readonly string[],
  { mayTake = () => Promise.resolve(), ...more }: Partial<MqttLinkOptions> & { mayTake?: () => Promise<void> } = {},
): Device {
  const logger = createMemoryLogger();
  const link = createMqttLink(quickOptions(brokers, { logger, ...more }));
  const stop = new AbortController();
  const taken: ReceivedMessage[] = [];
  const states: LinkState[] = [];
  const run = async (): Promise<void> => {
    const { signal } = stop;
    for await (const received of link.receive({ signal, onState: (state) => states.push(state) })) {
      taken.push(received);
      await mayTake();
    }
  };
  const running = run();
  const rest = (): Promise<void> => {
    stop.abort();
    return running;
  };
  return {
    ...{ link, logger, taken, states, rest },
    state: () => states.at(-1)?.state,
    causes: () => states.flatMap((state) => (state.state === 'waiting' ? [state.cause] : [])),
    ids: (channel) => taken.flatMap((one) => (one.channel === channel ? [one.message.message_id] : [])),
    stop: async () => {
      await rest();
      await link.close();
    },
  };
}
