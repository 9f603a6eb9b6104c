import { DISCONNECTED_DOCUMENT, recommissionDevice, writeDisconnectMarker } from '@k4e/core/link';
import { HEARTBEAT_DIRECTIVE } from '@k4e/core/protocol';
import { createFakeDeviceLink } from '@k4e/core/testing';
import { describe, expect, test } from 'vitest';
import { WEB, command, configuration, createAgentBench, statusesOn } from './composition/agent-bench.testing.ts';
import { createAgent } from './create-agent.ts';

const CLEAN = { isClean: true, isAcknowledged: true };

/** A machine on which each agent has a way to the control plane of its own. */
function createMachine() {
  const bench = createAgentBench();
  const boot = () => {
    const transport = createFakeDeviceLink();
    const started = bench.start({ transport, facts: () => Promise.resolve({ fqdn: 'edge.example' }) });
    const configure = (): void => transport.deliver('data', configuration(WEB));
    const heartbeats = (): unknown[] =>
      transport.sent().flatMap(({ message: { directive, content } }) => {
        return directive === HEARTBEAT_DIRECTIVE ? [content] : [];
      });
    return { ...started, transport, configure, statuses: () => statusesOn(transport), heartbeats };
  };
  return { ...bench, boot, pods: () => bench.pods().length };
}

describe('a device and its gateway in one process', () => {
  test('run what is configured, and tell the control plane of it and of themselves', async () => {
    const { clock, boot, pods } = createMachine();
    const { transport, configure, heartbeats, statuses, stop, ended, agent } = boot();
    await clock.advance(0);
    configure();
    transport.tell({ state: 'connected' });
    await clock.advance(60_000);
    expect([pods(), agent.appliedVersion()]).toEqual([1, 'v1']);
    expect(heartbeats().at(-1)).toMatchObject({ version: 'v1', workloads: [{ name: 'web', status: 'Running' }] });
    expect(statuses()).toEqual([
      {
        ...{ state: 'online', tags: {}, dispatchers: { device: {} } },
        canonical_facts: { fqdn: 'edge.example' },
      },
    ]);
    stop.abort();
    await clock.advance(0);
    expect(await ended).toBe('stopped');
    expect([pods(), clock.pending()]).toEqual([1, 0]);
  });

  test('an outage is told to the device with its cause, and so is its end', async () => {
    const { clock, boot } = createMachine();
    const { transport, activities } = boot();
    await clock.advance(0);
    transport.tell({ state: 'connected' });
    transport.tell({ state: 'waiting', cause: 'ECONNREFUSED', retryInMs: 1_000 });
    await clock.advance(0);
    transport.tell({ state: 'connected' });
    await clock.advance(0);
    const told = activities.filter(({ type }) => type === 'linkConnected' || type === 'linkWaiting');
    expect(told).toMatchObject([
      { type: 'linkConnected' },
      { type: 'linkWaiting', message: 'ECONNREFUSED', retryInMs: 1_000 },
      { type: 'linkConnected' },
    ]);
  });

  test('a control plane that has forgotten the device is registered with again', async () => {
    const { clock, boot } = createMachine();
    const { transport, configure } = boot();
    await clock.advance(0);
    configure();
    await clock.advance(1_000);
    const registrations = (): number =>
      transport.sent().filter(({ message }) => message.directive === 'registration').length;
    const before = registrations();
    transport.tell({ state: 'unknown-device' });
    await clock.advance(5_000);
    expect(registrations()).toBe(before + 1);
  });
});

describe('the status of a device', () => {
  test('follows the control plane, the configuration and the workloads, and each change is told', async () => {
    const { clock, boot } = createMachine();
    const { agent, transport, configure, changes } = boot();
    const nothing = { link: { state: 'unknown' }, appliedVersion: undefined, workloads: [], troubles: [] };
    expect(agent.status()).toMatchObject(nothing);
    await clock.advance(0);
    const told = async (act: () => void): Promise<number> => {
      const before = changes.count;
      act();
      await clock.advance(5_000);
      return changes.count - before;
    };
    expect(await told(() => transport.tell({ state: 'waiting', cause: 'ECONNREFUSED', retryInMs: 1 }))).toBeGreaterThan(
      0,
    );
    expect(agent.status().link).toMatchObject({ state: 'waiting', cause: 'ECONNREFUSED' });
    expect(await told(() => transport.tell({ state: 'connected' }))).toBeGreaterThan(0);
    expect(await told(configure)).toBeGreaterThan(0);
    expect(agent.status()).toMatchObject({
      ...{ link: { state: 'connected' }, appliedVersion: 'v1', troubles: [], lastFault: undefined },
      workloads: [{ name: 'web', status: 'Running', isWanted: true }],
    });
  });

  test('is told of at rest by nobody: what is as it was wakes nobody', async () => {
    const { clock, boot } = createMachine();
    const { transport, configure, changes, heartbeats } = boot();
    await clock.advance(0);
    transport.tell({ state: 'connected' });
    configure();
    await clock.advance(120_000);
    const [before, sent] = [changes.count, heartbeats().length];
    await clock.advance(600_000);
    expect([changes.count - before, heartbeats().length > sent]).toEqual([0, true]);
  });

  test('says what is wrong with the device as long as it is, and what went wrong last for longer', async () => {
    const { clock, boot, runtime } = createMachine();
    const { agent, configure } = boot();
    await clock.advance(0);
    runtime.failNext('RUNTIME_UNAVAILABLE', 'list');
    configure();
    await clock.advance(100);
    expect(agent.status().troubles).toMatchObject([{ part: 'runtime' }]);
    expect(agent.status().lastFault?.message).toContain('the container runtime cannot be asked');
    await clock.advance(60_000);
    expect(agent.status()).toMatchObject({ troubles: [], workloads: [{ name: 'web', status: 'Running' }] });
    expect(agent.status().lastFault?.message).toContain('the container runtime cannot be asked');
  });
});

describe('a device that is let go', () => {
  test('is clean before its gateway says so, and both stay away', async () => {
    const machine = createMachine();
    const { clock, state, gatewayState, boot, pods } = machine;
    const first = boot();
    await clock.advance(0);
    first.configure();
    await clock.advance(1_000);
    first.transport.deliver('control', command('disconnect'));
    await clock.advance(20_000);
    expect([pods(), first.run.outcome, clock.pending()]).toEqual([0, 'disconnected', 0]);
    expect(first.statuses().at(-1)).toMatchObject({ state: 'offline' });
    const second = boot();
    await clock.advance(0);
    expect([second.run.outcome, second.transport.sent()]).toEqual(['disconnected', []]);
    for (const store of [state, gatewayState]) await recommissionDevice(store);
    const third = boot();
    await clock.advance(1_000);
    expect([third.run.outcome, third.statuses()]).toMatchObject([undefined, [{ state: 'online' }]]);
  });

  test('is not said to be so while its pods cannot be removed', async () => {
    const { clock, runtime, boot, pods } = createMachine();
    const { transport, configure, statuses, run } = boot();
    await clock.advance(0);
    configure();
    await clock.advance(1_000);
    for (let times = 0; times < 4; times++) runtime.failNext('RUNTIME_UNAVAILABLE', 'remove');
    transport.deliver('control', command('disconnect'));
    await clock.advance(5_000);
    expect([pods(), run.outcome, statuses().length]).toEqual([1, undefined, 1]);
    await clock.advance(300_000);
    expect([pods(), run.outcome, statuses().length]).toEqual([0, 'disconnected', 2]);
  });

  test('is so for its gateway, too, when only the device knows of it', async () => {
    const { clock, state, boot } = createMachine();
    await writeDisconnectMarker(state, CLEAN);
    const { run } = boot();
    await clock.advance(1_000);
    expect(run.outcome).toBe('disconnected');
  });

  test('is so for the device, too, when only its gateway knows of it', async () => {
    const { clock, state, gatewayState, boot, pods } = createMachine();
    const first = boot();
    await clock.advance(0);
    first.configure();
    await clock.advance(1_000);
    first.stop.abort();
    await clock.advance(0);
    await writeDisconnectMarker(gatewayState, CLEAN);
    const second = boot();
    await clock.advance(20_000);
    expect([pods(), second.run.outcome]).toEqual([0, 'disconnected']);
    expect([...state.documents().keys()]).toEqual([DISCONNECTED_DOCUMENT]);
  });
});

test('a part that fails ends both, with its words', async () => {
  const { clock, boot } = createMachine();
  const { run } = boot();
  const broken = boot();
  broken.transport.receive = () => {
    throw new Error('a defect');
  };
  await clock.advance(10_000);
  expect([run.outcome, String(broken.run.outcome)]).toEqual([undefined, 'Error: a defect']);
});

test.each([
  [{ deviceId: 'Edge_1' }, 'is not a device id'],
  [{ controlPlaneUrl: 'ftp://x' }, 'is not an http or https URL'],
  [{}, 'is not an http or https URL'],
])('%j is told', (change, words) => {
  const create = () => createAgent({ deviceId: 'edge-1', stateDir: '/nowhere', ...change });
  expect(create).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(create).toThrow(words);
});
