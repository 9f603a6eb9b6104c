import { MAX_SENDS, createMqttLink } from '@k4e/link-mqtt';
import { describeWithPart } from '@k4e/testbed/vitest';
import { expect, test } from 'vitest';
import {
  configurationText,
  eventually,
  heartbeat,
  quickOptions,
  startDevice,
  status,
  useBroker,
} from '../broker-rig/index.ts';
import type { Device } from '../broker-rig/index.ts';

const [DATA, CONTROL] = ['yggdrasil/edge-1/data/out', 'yggdrasil/edge-1/control/out'];
const NOWHERE = 'mqtt://127.0.0.1:1';

await describeWithPart('mosquitto', 'brokers that are away', () => {
  const broker = useBroker();

  const states = (): readonly unknown[] =>
    broker.controlPlane.said(CONTROL).map((content) => (content as { state?: unknown }).state);
  const announcements = (): number => broker.controlPlane.seen().filter(({ text }) => text === '').length;

  /** Both ways work. */
  async function expectItWorks(device: Device, id: string): Promise<void> {
    await device.link.send('data', heartbeat(id));
    await eventually(() => broker.controlPlane.said(DATA).at(-1)).toEqual({ id });
    await broker.controlPlane.publish('yggdrasil/edge-1/data/in', configurationText(id));
    await eventually(() => device.ids('data').at(-1)).toBe(id);
  }

  test('a broker that is started again finds everybody there again', async () => {
    const device = startDevice([broker.relay.url]);
    await expectItWorks(device, '1');
    const before = announcements();
    await broker.mosquitto.kill();
    await eventually(device.state).toBe('waiting');
    await expect(device.link.send('data', heartbeat('lost'))).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
    await broker.mosquitto.restart();
    await eventually(device.state).toBe('connected');
    await eventually(announcements).toBeGreaterThanOrEqual(before);
    await expectItWorks(device, '2');
    expect(broker.controlPlane.said(DATA)).toEqual([{ id: '1' }, { id: '2' }]);
    await device.stop();
  });

  test('one that is frozen is missed within its keep alive, and found again', async () => {
    const device = startDevice([broker.relay.url], { keepaliveSeconds: 1, connectLimitMs: 1_000 });
    await expectItWorks(device, '1');
    broker.mosquitto.pause();
    await eventually(device.state).toBe('waiting');
    expect(device.causes()[0]).toMatch(/not a byte for more than 1 s/);
    await eventually(() => device.causes().length).toBeGreaterThan(2);
    expect(device.causes().at(-1)).toMatch(/no connection within 1000 ms/);
    broker.mosquitto.resume();
    await eventually(device.state).toBe('connected');
    await expectItWorks(device, '2');
    await device.stop();
  });

  test('one that takes no messages is lost for all that wait for it, and there are only so many', async () => {
    const device = startDevice([broker.relay.url], { publishLimitMs: 500 });
    await expectItWorks(device, '1');
    broker.mosquitto.pause();
    const sends = Array.from({ length: MAX_SENDS + 1 }, (_, index) => device.link.send('data', heartbeat(`h${index}`)));
    const outcomes = await Promise.allSettled(sends);
    const words = outcomes.map((one) => (one.status === 'rejected' ? String(one.reason) : 'taken'));
    expect(words.slice(0, MAX_SENDS).every((one) => one.includes('not acknowledged within 500 ms'))).toBe(true);
    expect(words.at(-1)).toMatch(/16 messages are on their way already/);
    broker.mosquitto.resume();
    await eventually(device.state).toBe('connected');
    await expectItWorks(device, '2');
    await device.stop();
  });

  test('a message that nobody waits for any more may be on its way for so long, and counts', async () => {
    const device = startDevice([broker.relay.url], { publishLimitMs: 60_000 });
    await expectItWorks(device, '1');
    broker.mosquitto.pause();
    for (let index = 0; index < MAX_SENDS; index++) {
      const stop = new AbortController();
      const sending = device.link.send('data', heartbeat(`h${index}`), stop);
      setImmediate(() => stop.abort());
      await expect(sending).rejects.toMatchObject({ code: 'ABORTED' });
    }
    await expect(device.link.send('data', heartbeat('more'))).rejects.toThrow(/16 messages are on their way/);
    broker.mosquitto.resume();
    const outcome = (): Promise<unknown> => device.link.send('data', heartbeat('more')).then(() => 'taken', String);
    await eventually(outcome).toBe('taken');
    await expectItWorks(device, '2');
    await device.stop();
  });

  test('a break that the device did not notice ends with the broker knowing what it is told', async () => {
    const device = startDevice([broker.relay.url], {
      keepaliveSeconds: 1,
      backoff: { firstMs: 10, maxMs: 20, factor: 2, jitter: 0 },
    });
    await device.link.send('control', status('online'));
    const told = device.states.length;
    await broker.relay.fail('hangs');
    // The broker misses the device after one and a half times its keep alive.
    await eventually(states).toEqual(['online', 'offline']);
    await broker.relay.fail(undefined);
    await eventually(() => device.states.slice(told).map(({ state }) => state)).toContain('connected');
    expect(device.states.slice(told).at(0)).toMatchObject({ state: 'waiting' });
    await device.link.send('control', status('online'));
    await eventually(states).toEqual(['online', 'offline', 'online']);
    await device.stop();
  });

  test('a broker that goes away in the middle of a message is met again, and the message with it', async () => {
    await broker.controlPlane.publish('yggdrasil/edge-1/data/in', configurationText('kept'), { isRetained: true });
    await broker.relay.fail('is cut off in a message');
    const device = startDevice([broker.relay.url]);
    await eventually(() => device.causes().length).toBeGreaterThan(2);
    expect(device.causes()[0]).toMatch(/the broker closed the connection/);
    expect(device.taken).toEqual([]);
    await broker.relay.fail(undefined);
    await eventually(() => device.ids('data')).toEqual(['kept']);
    await device.stop();
  });

  test('brokers are tried in turn', async () => {
    const device = startDevice([NOWHERE, broker.relay.url]);
    await eventually(device.state).toBe('connected');
    expect(device.causes()).toEqual([expect.stringContaining(NOWHERE)]);
    await expectItWorks(device, '1');
    await broker.relay.fail('is away');
    await eventually(() => device.causes().filter((cause) => cause.includes(NOWHERE)).length).toBeGreaterThan(1);
    await broker.relay.fail(undefined);
    await eventually(device.state).toBe('connected');
    await device.stop();
  });

  test('two devices with one id throw each other out less and less often', async () => {
    const backoff = { firstMs: 20, maxMs: 60_000, factor: 4, jitter: 0 };
    const [one, other] = [startDevice([broker.relay.url], { backoff }), startDevice([broker.relay.url], { backoff })];
    // 20, 80, 320, 1280 ms: after that each waits for five seconds and more.
    await eventually(() => Math.max(one.causes().length, other.causes().length)).toBeGreaterThanOrEqual(4);
    expect(broker.relay.connectionCount()).toBeLessThanOrEqual(12);
    expect([...one.causes(), ...other.causes()].join()).toContain('the broker closed the connection');
    await one.stop();
    await other.stop();
  });

  test('a send without a receiver is one try', async () => {
    await broker.relay.fail('hangs up at once');
    const link = createMqttLink(quickOptions([broker.relay.url]));
    await expect(link.send('data', heartbeat('1'))).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
    expect(broker.relay.connectionCount()).toBe(1);
    await broker.relay.fail(undefined);
    await link.send('data', heartbeat('2'));
    expect(broker.relay.connectionCount()).toBe(2);
    await link.close();
  });

  test('closing takes a few seconds at most when nothing answers', async () => {
    const device = startDevice([broker.relay.url]);
    await expectItWorks(device, '1');
    await broker.relay.fail('hangs');
    await device.stop();
    const connecting = createMqttLink(quickOptions([broker.relay.url]));
    const sending = connecting.send('data', heartbeat('1'));
    await connecting.close();
    await expect(sending).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
  });
});
