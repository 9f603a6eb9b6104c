import { randomUUID } from 'node:crypto';
import { createGateway } from '@k4e/core/gateway';
import { createSystemClock } from '@k4e/core/system';
import { createFakeWorkerHub, createMemoryLogger, createMemoryStateStore } from '@k4e/core/testing';
import { createMqttLink } from '@k4e/link-mqtt';
import { describeWithPart } from '@k4e/testbed/vitest';
import { expect, test } from 'vitest';
import { commandText, configurationText, eventually, quickOptions, useBroker } from '../broker-rig/index.ts';

const TOPICS = 'yggdrasil/edge-1';

await describeWithPart('mosquitto', 'a gateway over MQTT', () => {
  const broker = useBroker();

  const said = (channel: 'data' | 'control'): readonly unknown[] =>
    broker.controlPlane.said(`${TOPICS}/${channel}/out`);
  const states = (): readonly unknown[] =>
    said('control').flatMap((content) =>
      typeof content === 'object' && content !== null && 'state' in content ? [content.state] : [],
    );
  const command = (id: string, name: string): Promise<void> =>
    broker.controlPlane.publish(`${TOPICS}/control/in`, commandText(id, name));

  async function startGateway() {
    const hub = createFakeWorkerHub();
    const stop = new AbortController();
    const link = createMqttLink(quickOptions([broker.relay.url]));
    const gateway = createGateway({
      ...{ transport: link, hub, state: createMemoryStateStore(), logger: createMemoryLogger() },
      ...{ clock: createSystemClock(), random: Math.random, uuid: randomUUID },
      facts: () => Promise.resolve({ fqdn: 'edge.example' }),
    });
    const outcome = gateway.run(stop);
    await eventually(() => hub.isServing()).toBe(true);
    const got = (): readonly string[] =>
      hub.delivered().map(({ handler, data }) => `${handler}:${new TextDecoder().decode(data.content)}`);
    const end = async (): Promise<void> => {
      stop.abort();
      await outcome;
      await link.close();
    };
    return { hub, link, outcome, got, end };
  }

  test('a configuration reaches the worker, and what the worker sends the control plane', async () => {
    const gateway = await startGateway();
    gateway.hub.register('device');
    await eventually(states).toContain('online');
    await broker.controlPlane.publish(`${TOPICS}/data/in`, configurationText('v1'));
    await eventually(gateway.got).toEqual(['device:{"id":"v1"}']);
    expect(await gateway.hub.say('heartbeat', { status: 'up' })).toMatchObject({ statusCode: 200 });
    await eventually(() => said('data')).toEqual([{ status: 'up' }]);
    await gateway.end();
    await eventually(() => states().at(-1)).toBe('offline');
  });

  test('messages for several workers that come at once all arrive, in order', async () => {
    const gateway = await startGateway();
    for (const worker of ['one', 'two']) gateway.hub.register(worker);
    await eventually(states).toContain('online');
    const ids = Array.from({ length: 16 }, (_, index) => `m${index}`);
    const publish = (id: string) =>
      ['one', 'two'].map((worker) => broker.controlPlane.publish(`${TOPICS}/data/in`, configurationText(id, worker)));
    await Promise.all(ids.flatMap(publish));
    const gotBy = (worker: string) => gateway.got().filter((one) => one.startsWith(`${worker}:`));
    for (const worker of ['one', 'two']) {
      await eventually(() => gotBy(worker)).toEqual(ids.map((id) => `${worker}:{"id":"${id}"}`));
    }
    await gateway.end();
  });

  test('a ping is answered', async () => {
    const gateway = await startGateway();
    await eventually(states).toContain('online');
    await command('p1', 'ping');
    await eventually(() => said('control')).toContain('pong');
    const pong = broker.controlPlane.seen().find(({ text }) => text.includes('pong'));
    expect(JSON.parse(pong?.text ?? '')).toMatchObject({ type: 'event', response_to: 'p1' });
    await gateway.end();
  });

  test('after a break it says again that it is there, for the broker has said the contrary', async () => {
    const gateway = await startGateway();
    await eventually(states).toEqual(['online']);
    await broker.relay.fail('is away');
    await eventually(states).toEqual(['online', 'offline']);
    expect(await gateway.hub.say('heartbeat', { n: 1 })).toMatchObject({ statusCode: 202 });
    await broker.relay.fail(undefined);
    await eventually(states).toEqual(['online', 'offline', 'online']);
    await eventually(() => said('data')).toEqual([{ n: 1 }]);
    await gateway.end();
  });

  test('told to connect again, it does, and says again that it is there', async () => {
    const gateway = await startGateway();
    await eventually(states).toEqual(['online']);
    await command('r1', 'reconnect');
    const announcements = () => broker.controlPlane.seen().filter(({ text }) => text === '');
    await eventually(() => announcements().length).toBe(2);
    const isSaidAnew = () => {
      const sinceThen = broker.controlPlane.seen().slice(broker.controlPlane.seen().lastIndexOf(announcements()[1]!));
      return sinceThen.some(({ text }) => text.includes('online'));
    };
    await eventually(isSaidAnew).toBe(true);
    expect(states()).not.toContain('offline');
    await gateway.end();
    await eventually(() => states().at(-1)).toBe('offline');
  });

  test('let go, it says offline once, at the very end', async () => {
    const gateway = await startGateway();
    gateway.hub.register('device');
    await eventually(states).toContain('online');
    await command('d1', 'disconnect');
    expect(await gateway.outcome).toBe('disconnected');
    await gateway.link.close();
    await eventually(() => broker.mosquitto.log()).toContain('Client edge-1 disconnected');
    await eventually(() => states().at(-1)).toBe('offline');
    expect(states().filter((state) => state === 'offline')).toHaveLength(1);
    expect(said('control').at(-1)).toMatchObject({ canonical_facts: { fqdn: 'edge.example' } });
    expect(broker.relay.connectionCount()).toBe(1);
  });
});
