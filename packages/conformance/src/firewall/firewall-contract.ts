import { MAX_OPEN_PORTS } from '@k4e/core/ports';
import type { OpenPort } from '@k4e/core/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FirewallFailure, FirewallSubject } from './firewall-subject.ts';

/** What the suite is run over. */
export interface FirewallContractOptions {
  /** Called before each test. */
  createSubject(): Promise<FirewallSubject>;
  /** The ways of editing that `drift` knows, at least one. */
  readonly drifts: readonly string[];
}

const WEB: OpenPort = { port: 8080, protocol: 'tcp', workload: 'web' };
const SENSOR: OpenPort = { port: 8080, protocol: 'udp', workload: 'sensor' };
const METRICS: OpenPort = { port: 9100, protocol: 'tcp', workload: 'metrics' };
const FAILURES: readonly FirewallFailure[] = ['FIREWALL_REFUSED', 'FIREWALL_UNAVAILABLE'];

/** The contract of `Firewall`, row by row, as a vitest suite. For implementations that open ports. */
export function describeFirewallContract(name: string, options: FirewallContractOptions): void {
  describe(`${name} keeps the contract of Firewall`, () => {
    let subject: FirewallSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(() => subject.dispose());

    const current = (): FirewallSubject => subject;
    describeOpening(current);
    describeRepeating(current, options.drifts);
    describeRefusal(current);
    describeOrder(current);
    describeClearing(current);
  });
}

function describeOpening(subject: () => FirewallSubject): void {
  test('says that it opens ports', () => {
    expect(subject().firewall.capabilities.opensPorts).toBe(true);
  });

  test('apply opens exactly the ports given, TCP and UDP apart', async () => {
    await subject().firewall.apply([WEB, METRICS]);
    expect(await subject().openPorts()).toEqual(['8080/tcp', '9100/tcp']);
    await subject().firewall.apply([SENSOR]);
    expect(await subject().openPorts()).toEqual(['8080/udp']);
  });

  test('apply closes what it opened before and is not in the list, in one change', async () => {
    await subject().firewall.apply([WEB, METRICS]);
    const before = await subject().changeCount();
    await subject().firewall.apply([SENSOR, METRICS]);
    expect(await subject().openPorts()).toEqual(['8080/udp', '9100/tcp']);
    expect(await subject().changeCount()).toBe(before + 1);
  });

  test('apply of nothing closes everything', async () => {
    await subject().firewall.apply([WEB, SENSOR]);
    await subject().firewall.apply([]);
    expect(await subject().openPorts()).toEqual([]);
  });

  test('the lowest and the highest port open', async () => {
    await subject().firewall.apply([
      { ...WEB, port: 1 },
      { ...SENSOR, port: 65_535 },
    ]);
    expect(await subject().openPorts()).toEqual(['1/tcp', '65535/udp']);
  });

  test.each([
    ['a word of a filter language', 'input'],
    ['a verdict', 'drop'],
    ['a command', 'a"; flush ruleset; "'],
    ['brackets', '{}'],
    ['other letters and lines', 'wörk\nload'],
    ['nothing', ''],
    ['very much', 'x'.repeat(5000)],
  ])('a workload whose name is %s opens its port and does nothing else', async (_what, workload) => {
    const foreign = await subject().foreignState();
    await subject().firewall.apply([{ ...WEB, workload }, METRICS]);
    expect(await subject().openPorts()).toEqual(['8080/tcp', '9100/tcp']);
    expect(await subject().foreignState()).toBe(foreign);
  });

  test('nothing that is not ours changes', async () => {
    const foreign = await subject().foreignState();
    await subject().firewall.apply([WEB, SENSOR]);
    await subject().firewall.apply([METRICS]);
    expect(await subject().foreignState()).toBe(foreign);
    await subject().firewall.clear();
    expect(await subject().foreignState()).toBe(foreign);
  });
}

function describeRepeating(subject: () => FirewallSubject, drifts: readonly string[]): void {
  test('apply of what is in force changes nothing', async () => {
    await subject().firewall.apply([WEB, SENSOR]);
    const before = await subject().changeCount();
    await subject().firewall.apply([WEB, SENSOR]);
    expect(await subject().changeCount()).toBe(before);
  });

  test('order and repeated ports mean nothing', async () => {
    await subject().firewall.apply([WEB, { ...WEB, workload: 'second' }, SENSOR]);
    expect(await subject().openPorts()).toEqual(['8080/tcp', '8080/udp']);
    const before = await subject().changeCount();
    await subject().firewall.apply([SENSOR, { ...WEB, workload: 'second' }, WEB, WEB]);
    expect(await subject().changeCount()).toBe(before);
  });

  test('what is in force outlives the process, and its successor changes nothing', async () => {
    await subject().firewall.apply([WEB, SENSOR]);
    const before = await subject().changeCount();
    const successor = subject().reopen();
    expect(await subject().openPorts()).toEqual(['8080/tcp', '8080/udp']);
    await successor.apply([WEB, SENSOR]);
    expect(await subject().changeCount()).toBe(before);
    await successor.apply([METRICS]);
    expect(await subject().openPorts()).toEqual(['9100/tcp']);
  });

  test.each(drifts)('drift is repaired, then nothing changes any more: %s', async (drift) => {
    await subject().firewall.apply([WEB, SENSOR]);
    await subject().drift(drift);
    const drifted = await subject().changeCount();
    await subject().firewall.apply([WEB, SENSOR]);
    expect(await subject().openPorts()).toEqual(['8080/tcp', '8080/udp']);
    const repaired = await subject().changeCount();
    expect(repaired).toBe(drifted + 1);
    await subject().firewall.apply([WEB, SENSOR]);
    expect(await subject().changeCount()).toBe(repaired);
  });
}

function describeRefusal(subject: () => FirewallSubject): void {
  test.each(FAILURES)('%s leaves what was before in force whole, and passes', async (code) => {
    await subject().firewall.apply([WEB, SENSOR]);
    const recover = await subject().fail(code);
    const before = await subject().changeCount();
    await expect(subject().firewall.apply([METRICS])).rejects.toMatchObject({ name: 'K4eError', code });
    expect(await subject().openPorts()).toEqual(['8080/tcp', '8080/udp']);
    expect(await subject().changeCount()).toBe(before);
    await recover();
    await subject().firewall.apply([METRICS]);
    expect(await subject().openPorts()).toEqual(['9100/tcp']);
  });

  test.each([0, -1, 65_536, 80.5])('port %d is refused by its workload, and nothing changes', async (port) => {
    await subject().firewall.apply([WEB]);
    const refused = subject().firewall.apply([METRICS, { ...WEB, port, workload: 'bad' }]);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', retry: 'never', subject: 'bad' });
    expect(await subject().openPorts()).toEqual(['8080/tcp']);
  });

  test('as many ports as allowed open at once; one more is refused, and nothing changes', async () => {
    const most = Array.from({ length: MAX_OPEN_PORTS }, (_, index): OpenPort => ({ ...WEB, port: index + 10_000 }));
    await subject().firewall.apply(most);
    expect(await subject().openPorts()).toHaveLength(MAX_OPEN_PORTS);
    await expect(subject().firewall.apply([...most, WEB])).rejects.toMatchObject({ code: 'TOO_LARGE', retry: 'never' });
    expect(await subject().openPorts()).toHaveLength(MAX_OPEN_PORTS);
  });

  test('an aborted apply rejects, and nothing changes', async () => {
    await subject().firewall.apply([WEB]);
    const signal = AbortSignal.abort();
    await expect(subject().firewall.apply([METRICS], { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(subject().firewall.clear({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await subject().openPorts()).toEqual(['8080/tcp']);
  });
}

function describeOrder(subject: () => FirewallSubject): void {
  test('calls at once run one after the other, in call order', async () => {
    const { firewall } = subject();
    const rounds = Array.from({ length: 10 }, (_, index): OpenPort => ({ ...WEB, port: 2000 + index }));
    await Promise.all([...rounds.map((port) => firewall.apply([port])), firewall.apply([SENSOR])]);
    expect(await subject().openPorts()).toEqual(['8080/udp']);
    await Promise.all([firewall.clear(), firewall.apply([METRICS])]);
    expect(await subject().openPorts()).toEqual(['9100/tcp']);
    await Promise.all([firewall.apply([WEB]), firewall.clear()]);
    expect(await subject().openPorts()).toEqual([]);
  });

  test('the list is taken at the call: what the caller does to it later has no effect', async () => {
    const ports = [WEB];
    const applied = subject().firewall.apply(ports);
    ports.push(METRICS);
    await applied;
    expect(await subject().openPorts()).toEqual(['8080/tcp']);
  });

  test('a call that was aborted while it waited is left out; those around it run', async () => {
    const { firewall } = subject();
    const controller = new AbortController();
    const first = firewall.apply([WEB]);
    const aborted = firewall.apply([METRICS], { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
    await first;
    expect(await subject().openPorts()).toEqual(['8080/tcp']);
  });

  test('a failed call does not fail the next one', async () => {
    const { firewall } = subject();
    const bad = firewall.apply([{ ...WEB, port: 0 }]);
    const good = firewall.apply([WEB]);
    await expect(bad).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await good;
    expect(await subject().openPorts()).toEqual(['8080/tcp']);
  });
}

function describeClearing(subject: () => FirewallSubject): void {
  test('clear removes everything of ours, and may be repeated', async () => {
    await subject().firewall.apply([WEB, SENSOR]);
    await subject().firewall.clear();
    expect(await subject().openPorts()).toEqual([]);
    await subject().firewall.clear();
    expect(await subject().openPorts()).toEqual([]);
  });

  test('clear resolves when there was nothing, and apply works after it', async () => {
    await subject().firewall.clear();
    await subject().firewall.apply([WEB]);
    expect(await subject().openPorts()).toEqual(['8080/tcp']);
  });
}
