import { randomUUID } from 'node:crypto';
import { describeDeviceLinkContract } from '@k4e/conformance';
import type { ControlPlaneEnd, DeviceLinkSubject } from '@k4e/conformance';
import type { ErrorCode } from '@k4e/core';
import { messageSchema } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createMqttLink } from '@k4e/link-mqtt';
import { startMosquitto } from '@k4e/testbed';
import type { Mosquitto } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import type { IPublishPacket } from 'mqtt-packet';
import { afterAll, beforeAll } from 'vitest';
import { RELAY_FAULTS, startRawControlPlane, startRelay } from '../broker-rig/index.ts';
import type { Relay } from '../broker-rig/index.ts';

const TOPICS = 'yggdrasil/edge-1';
/** How the broker itself fails, besides the way to it. */
const [KILLED, FROZEN] = ['is killed', 'is frozen'];

const messageOf = ({ payload }: IPublishPacket): Message => messageSchema.parse(JSON.parse(payload.toString()));
const isMessage = ({ payload }: IPublishPacket): boolean => payload.length > 0;

/** A control plane that tells a device what it is to be whenever one says that it receives. */
async function createControlPlane(
  mosquitto: Mosquitto,
  relay: Relay,
): Promise<ControlPlaneEnd & { stop(): Promise<void> }> {
  let configuration: Message | undefined;
  let isThere = false;
  const commands: Message[] = [];
  const publish = (topic: string, message: Message): void =>
    void raw.publish(topic, JSON.stringify(message)).catch(() => undefined);
  const publishAll = (): void => {
    if (configuration !== undefined) publish(`${TOPICS}/data/in`, configuration);
    for (const command of isThere ? commands.splice(0) : []) publish(`${TOPICS}/control/in`, command);
  };
  const raw = await startRawControlPlane(mosquitto.url, 'yggdrasil', {
    onMessage: (message) => {
      const isAnnouncement = message?.topic === `${TOPICS}/data/out` && message.text === '';
      if (isAnnouncement) isThere = true;
      if (isAnnouncement || message === undefined) queueMicrotask(publishAll);
    },
  });
  return {
    setConfiguration: (message) => {
      configuration = message;
      publishAll();
    },
    queueCommand: (message) => {
      commands.push(message);
      publishAll();
    },
    setKnown: () => undefined,
    seen: () => {
      const last = relay
        .acknowledged()
        .filter(({ topic }) => topic.endsWith('/data/in'))
        .at(-1);
      return last === undefined ? undefined : messageOf(last);
    },
    received: () => relay.taken().filter(isMessage).map(messageOf),
    sendCount: () => relay.published().filter(isMessage).length,
    fail: async (way) => {
      if (way === KILLED) await mosquitto.kill();
      else if (way === FROZEN) mosquitto.pause();
      else await relay.fail(RELAY_FAULTS.find((fault) => fault === way));
    },
    recover: async () => {
      mosquitto.resume();
      await relay.fail(undefined);
      await mosquitto.restart();
    },
    stop: () => raw.stop(),
  };
}

await describeWithPart('mosquitto', 'over Mosquitto', () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await startMosquitto();
  });
  afterAll(() => mosquitto.stop());

  async function createSubject(): Promise<DeviceLinkSubject> {
    const relay = await startRelay(mosquitto.port);
    const controlPlane = await createControlPlane(mosquitto, relay);
    const link = createMqttLink({
      ...{ brokers: [relay.url], deviceId: 'edge-1', clock: createSystemClock(), logger: createMemoryLogger() },
      ...{ random: Math.random, uuid: randomUUID },
      backoff: { firstMs: 10, maxMs: 50, factor: 2, jitter: 0.5 },
      ...{ keepaliveSeconds: 1, connectLimitMs: 1_500, publishLimitMs: 1_500 },
    });
    const dispose = async (): Promise<void> => {
      await controlPlane.recover();
      await link.close();
      await controlPlane.stop();
      await relay.stop();
    };
    return { link, controlPlane, dispose };
  }

  const failures = [KILLED, FROZEN, ...RELAY_FAULTS].map((way): [string, ErrorCode] => [way, 'LINK_UNREACHABLE']);
  describeDeviceLinkContract('createMqttLink', {
    createSubject,
    failures: Object.fromEntries(failures),
    isBrokered: true,
  });
});
