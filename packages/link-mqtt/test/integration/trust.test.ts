import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsMaterial } from '@k4e/link-mqtt';
import { startMosquitto } from '@k4e/testbed';
import type { Mosquitto } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, heartbeat, startDevice, startRelay } from '../broker-rig/index.ts';

const PASSWORD = 'hunter2 is no good password';

await describeWithPart('mosquitto', 'a broker that trusts not everybody', () => {
  let guarded: Mosquitto;
  let secure: Mosquitto;
  let stranger: Mosquitto;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-link-mqtt-'));
    guarded = await startMosquitto({ users: { 'edge-1': PASSWORD } });
    secure = await startMosquitto({ isSecure: true, configuration: ['log_type all'] });
    stranger = await startMosquitto({ isSecure: true });
  });
  afterAll(async () => {
    await Promise.all([guarded, secure, stranger].map((one) => one.stop()));
    await rm(directory, { recursive: true, force: true });
  });

  /** What a client of `one` has, that trusts whom `trusting` trusts. */
  const materialOf = (one: Mosquitto, trusting: Mosquitto): TlsMaterial => ({
    ca: [{ path: trusting.certificates?.ca ?? '' }],
    cert: { path: one.certificates?.client.cert ?? '' },
    key: { path: one.certificates?.client.key ?? '' },
  });

  test('with name and password it is let in', async () => {
    const device = startDevice([guarded.url], { username: 'edge-1', password: PASSWORD });
    await device.link.send('data', heartbeat('1'));
    expect(device.causes()).toEqual([]);
    await device.stop();
  });

  test.each([
    ['a wrong password', { username: 'edge-1', password: `not ${PASSWORD}` }],
    ['none', {}],
  ])('%s: it says so, waits longest, and never tells the password', async (_name, credentials) => {
    const relay = await startRelay(guarded.port);
    const backoff = { firstMs: 1, maxMs: 400, factor: 2, jitter: 0 };
    const device = startDevice([relay.url], { ...credentials, backoff });
    await eventually(() => device.states.length).toBe(3);
    expect(device.states).toEqual(
      Array(3).fill({ state: 'waiting', cause: expect.stringMatching(/refused: /) as string, retryInMs: 400 }),
    );
    const failure = await device.link.send('data', heartbeat('1')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'LINK_UNREACHABLE' });
    expect(JSON.stringify([device.states, device.logger.lines, String(failure)])).not.toContain('hunter2');
    await device.stop();
    await relay.stop();
  });

  test('a broker that lets it in, but lets it receive nothing, refuses it', async () => {
    const relay = await startRelay(guarded.port);
    await relay.fail('lets it receive nothing');
    const device = startDevice([relay.url], { backoff: { firstMs: 1, maxMs: 400, factor: 2, jitter: 0 } });
    await eventually(() => device.causes().length).toBeGreaterThan(1);
    expect(device.states[1]).toMatchObject({ retryInMs: 400 });
    expect(device.causes()[0]).toMatch(/does not let this device receive/);
    await device.stop();
    await relay.stop();
  });

  test('with a certificate that the broker knows, of a broker that it knows, it is let in', async () => {
    const device = startDevice([secure.url], { tls: materialOf(secure, secure) });
    await device.link.send('data', heartbeat('1'));
    expect(device.causes()).toEqual([]);
    expect(await secure.log()).toContain('edge-1');
    await device.stop();
  });

  test('a connection on which nothing is said lasts', async () => {
    const device = startDevice([secure.url], {
      tls: materialOf(secure, secure),
      keepaliveSeconds: 1,
      deviceId: 'edge-2',
    });
    const pings = async () => (await secure.log()).match(/Sending PINGRESP to edge-2/g)?.length ?? 0;
    await eventually(pings).toBeGreaterThan(6);
    expect(device.states).toEqual([{ state: 'connected' }]);
    await device.stop();
  });

  test('a broker that it does not know is not talked to', async () => {
    const device = startDevice([secure.url], { tls: materialOf(secure, stranger) });
    await eventually(() => device.causes().length).toBeGreaterThan(1);
    expect(device.causes()[0]).toMatch(/certificate/);
    await device.stop();
  });

  test.each([
    ['none', () => ({ ca: [{ path: secure.certificates?.ca ?? '' }] })],
    ["a stranger's", () => materialOf(stranger, secure)],
  ])('without a certificate that the broker knows it stays out: %s', async (_name, tls) => {
    const device = startDevice([secure.url], { tls: tls() });
    await eventually(() => device.causes().length).toBeGreaterThan(1);
    expect(device.state()).toBe('waiting');
    await device.stop();
  });

  test('one that does not speak TLS at all is no broker', async () => {
    const url = guarded.url.replace('mqtt:', 'mqtts:');
    const device = startDevice([url], { tls: materialOf(secure, secure), connectLimitMs: 1_000 });
    await eventually(() => device.causes().length).toBeGreaterThan(1);
    expect(device.state()).toBe('waiting');
    await device.stop();
  });

  test('files that are renewed are used from the next connection on', async () => {
    const [cert, key] = [join(directory, 'device.crt'), join(directory, 'device.key')];
    const tls = { ca: [{ path: secure.certificates?.ca ?? '' }], cert: { path: cert }, key: { path: key } };
    const device = startDevice([secure.url], { tls });
    await eventually(() => device.causes().length).toBeGreaterThan(1);
    expect(device.causes()[0]).toContain(cert);
    await copyFile(secure.certificates?.client.key ?? '', key);
    await copyFile(secure.certificates?.client.cert ?? '', cert);
    await eventually(device.state).toBe('connected');
    await device.stop();
  });
});
