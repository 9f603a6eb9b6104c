import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeWithPart } from '@k4e/testbed/vitest';
import { expect, test } from 'vitest';
import { createMqttLink } from '@k4e/link-mqtt';
import {
  eventually,
  heartbeat,
  quickOptions,
  startDevice,
  startRawControlPlane,
  status,
  useBroker,
} from '../broker-rig/index.ts';

const PROGRAM = fileURLToPath(new URL('../programs/link-program.ts', import.meta.url));
const [DATA, CONTROL] = ['yggdrasil/edge-1/data/out', 'yggdrasil/edge-1/control/out'];
const offline = { canonical_facts: {}, dispatchers: {}, state: 'offline', tags: {} };

await describeWithPart('mosquitto', 'what others see of a device on a broker', () => {
  const broker = useBroker();

  const states = (): readonly unknown[] =>
    broker.controlPlane.said(CONTROL).map((content) => (content as { state?: unknown }).state);

  /** Resolves when the broker has told all that it will tell of a device that is gone. */
  async function untilNothingComes(): Promise<void> {
    await eventually(() => broker.mosquitto.log()).toMatch(/Client edge-1 (disconnected|closed its connection)/);
    await broker.controlPlane.publish('yggdrasil/nobody/data/out', 'the last');
    await eventually(() => broker.controlPlane.seen().at(-1)?.text).toBe('the last');
  }

  test('it connects with a clean session and a will, subscribes at QoS 1, and says so with an empty message', async () => {
    const device = startDevice([broker.relay.url], { keepaliveSeconds: 45 });
    await eventually(() => broker.controlPlane.seen().length).toBe(1);
    const [connecting, subscribing, announcing] = broker.relay.packets();
    expect(connecting).toMatchObject({
      ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'edge-1', keepalive: 45 },
      will: { topic: CONTROL, qos: 1, retain: false },
    });
    const will: unknown = JSON.parse(connecting?.cmd === 'connect' ? String(connecting.will?.payload) : '');
    expect(will).toMatchObject({ type: 'connection-status', version: 1, content: offline });
    expect(subscribing).toMatchObject({
      cmd: 'subscribe',
      subscriptions: [
        { topic: 'yggdrasil/edge-1/data/in', qos: 1 },
        { topic: 'yggdrasil/edge-1/control/in', qos: 1 },
      ],
    });
    expect(announcing).toMatchObject({ cmd: 'publish', topic: DATA, qos: 0, retain: false });
    expect(broker.controlPlane.seen()).toEqual([{ topic: DATA, qos: 0, isRetained: false, text: '' }]);
    await device.stop();
  });

  test('what it sends goes out at QoS 1, not retained, whole', async () => {
    const device = startDevice([broker.relay.url]);
    await device.link.send('control', status('online'));
    await device.link.send('data', heartbeat('1'));
    await eventually(() => broker.controlPlane.seen().length).toBe(3);
    const [, ...said] = broker.controlPlane.seen();
    expect(said.map(({ topic, qos, isRetained }) => [topic, qos, isRetained])).toEqual([
      [CONTROL, 1, false],
      [DATA, 1, false],
    ]);
    expect(JSON.parse(said.at(-1)?.text ?? '')).toEqual(heartbeat('1'));
    expect(broker.relay.published().map(({ dup, retain }) => dup || retain)).not.toContain(true);
    const late = await startRawControlPlane(broker.mosquitto.url);
    await device.link.send('data', heartbeat('2'));
    await eventually(() => late.said(DATA)).toEqual([{ id: '2' }]);
    await late.stop();
    await device.stop();
  });

  test('under another prefix, with a will of its own', async () => {
    const others = await startRawControlPlane(broker.mosquitto.url, 'redhat/insights');
    const offlineStatus = () => ({ ...offline, canonical_facts: { machine_id: 'm' } });
    const device = startDevice([broker.relay.url], { topicPrefix: 'redhat/insights', offlineStatus });
    await device.link.send('data', heartbeat('1'));
    await eventually(() => others.said('redhat/insights/edge-1/data/out')).toEqual([{ id: '1' }]);
    await broker.relay.fail('is away');
    await eventually(() => others.said('redhat/insights/edge-1/control/out')).toEqual([offlineStatus()]);
    await device.stop();
    await others.stop();
  });

  test('a will that is too long is one that says nothing but offline', async () => {
    const offlineStatus = () => ({ ...offline, tags: { long: 'x'.repeat(65_536) } });
    const device = startDevice([broker.relay.url], { offlineStatus });
    await device.link.send('data', heartbeat('1'));
    await broker.relay.fail('is away');
    await eventually(() => broker.controlPlane.said(CONTROL)).toEqual([offline]);
    await device.stop();
  });

  test('when its connection breaks the broker says that it is offline', async () => {
    const device = startDevice([broker.relay.url]);
    await device.link.send('control', status('online'));
    await broker.relay.fail('is away');
    await eventually(states).toEqual(['online', 'offline']);
    expect(broker.controlPlane.seen().at(-1)).toMatchObject({ topic: CONTROL, qos: 1, isRetained: false });
    await device.stop();
  });

  test('when its process is killed, too', async () => {
    const args = ['--conditions=@k4e/source', PROGRAM, broker.mosquitto.url];
    const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await eventually(() => broker.controlPlane.seen().length).toBe(1);
    } finally {
      program.kill('SIGKILL');
    }
    await eventually(() => broker.controlPlane.said(CONTROL)).toEqual([offline]);
  });

  test('a clean end says offline once, and leaves no will', async () => {
    const device = startDevice([broker.relay.url]);
    await device.link.send('control', status('online'));
    await device.stop();
    await untilNothingComes();
    expect(states()).toEqual(['online', 'offline']);
    expect(broker.relay.packets().at(-1)).toMatchObject({ cmd: 'disconnect' });
    expect(await broker.mosquitto.log()).toContain('Client edge-1 disconnected');
  });

  test('what says offline itself is not said again', async () => {
    const device = startDevice([broker.relay.url]);
    await device.link.send('control', status('online'));
    await device.rest();
    await device.link.send('control', status('offline', { fqdn: 'edge.example' }));
    await device.link.close();
    await device.link.close();
    await untilNothingComes();
    expect(states()).toEqual(['online', 'offline']);
    expect(broker.controlPlane.said(CONTROL).at(-1)).toMatchObject({ canonical_facts: { fqdn: 'edge.example' } });
  });

  test('a link that was never used connects to nothing, and one that is closed sends nothing', async () => {
    const link = createMqttLink(quickOptions([broker.relay.url]));
    link.refresh();
    await link.close();
    await expect(link.send('data', heartbeat('1'))).rejects.toMatchObject({ code: 'LINK_UNREACHABLE' });
    for await (const received of link.receive(new AbortController())) expect(received).toBeUndefined();
    expect(broker.relay.connectionCount()).toBe(0);
  });

  test('it stays connected when nobody receives any more, and connects anew for the next who does', async () => {
    const device = startDevice([broker.relay.url]);
    await device.link.send('data', heartbeat('1'));
    await device.rest();
    await device.link.send('data', heartbeat('2'));
    expect(broker.relay.connectionCount()).toBe(1);
    const stop = new AbortController();
    const told: string[] = [];
    const onState = ({ state }: { readonly state: string }): void => void told.push(state);
    const again = device.link.receive({ signal: stop.signal, onState })[Symbol.asyncIterator]().next();
    await eventually(() => broker.relay.connectionCount()).toBe(2);
    await device.link.send('data', heartbeat('3'));
    await eventually(() => broker.controlPlane.said(DATA)).toEqual([{ id: '1' }, { id: '2' }, { id: '3' }]);
    expect([states(), told]).toEqual([[], ['waiting', 'connected']]);
    stop.abort();
    expect(await again).toMatchObject({ done: true });
    await device.link.close();
  });
});
