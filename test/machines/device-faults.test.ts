/**
 * A whole small device, in a virtual machine of 512 MB, with four pods: its memory and its disk fill up, its clock is wrong, its
 * network cable is out. Each time the agent stays the process that it was, what the control plane shows is true, and all is
 * well again by itself when the fault is over.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WORKLOAD_COMMANDS, WORKLOAD_IMAGE } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import {
  runs,
  serves,
  shownCondition,
  shownDeployment,
  shownDevice,
  startMachineFleet,
  webDeployment,
} from '../e2e/harness/index.ts';
import type { MachineFleet } from '../e2e/harness/index.ts';

const DEVICE = 'edge-1';
/** The pod that is changed, and those that nothing is to happen to. */
const CHANGED = { name: 'web-0', port: 18_080 };
const OTHERS = [
  { name: 'web-1', port: 18_081 },
  { name: 'web-2', port: 18_082 },
  { name: 'web-3', port: 18_083 },
];
const WEBS = [CHANGED, ...OTHERS];
/** Often enough for silence to show soon, rarely enough for a device that is busy but well. */
const HEARTBEAT_SECONDS = 10;
/** An hour of heartbeats at their usual period passes in a minute of one each second. */
const OUTAGE_HEARTBEAT_SECONDS = 1;
/** How long the cable is out. */
const OUTAGE_MS = Number(process.env.K4E_TEST_OUTAGE_MINUTES ?? '1') * 60_000;
const DAY_MS = 86_400_000;
/** What a pod has to write until a disk is full. */
const FILLER_BYTES = 64 * 2 ** 20;
const BACK_WITHIN_MS = 60_000;
/** Beyond the longest wait between two tries. */
const RETRIED_WITHIN_MS = 330_000;
const OUTBOX = '/var/lib/k4e/gateway/outbox';

const faultTimeout = { timeout: OUTAGE_MS + 2 * RETRIED_WITHIN_MS };

await describeWithPart(['control-plane', 'virtual-machine'], 'a small device', () => {
  let fleet: MachineFleet;
  beforeAll(async () => {
    fleet = await startMachineFleet({ deviceId: DEVICE, ports: WEBS.map(({ port }) => port), memoryMib: 512 });
    const { machine, cluster } = fleet;
    await machine.run('systemctl', 'start', 'k4e-agent');
    await fleet.eventually('it has registered', async () => expect(await cluster.device(DEVICE)).toBeDefined());
    await heartbeatEvery(HEARTBEAT_SECONDS);
    for (const { name, port } of WEBS) await deployPage(name, port, 'first');
    for (const { name, port } of WEBS) {
      await serves(fleet, port, 'first');
      await runs(fleet, name);
    }
  });
  afterAll(() => fleet.stop());
  // What a test that failed has left would fail the others.
  afterEach(async () => {
    const { machine, cluster } = fleet;
    await machine.setCable('in');
    await machine.run('rm', '--force', '/filling');
    await machine.run('date', `--set=${new Date().toISOString()}`);
    await cluster.kubectl('delete', 'edgedeployments', '--selector=passing', '--wait=false');
    await heartbeatEvery(HEARTBEAT_SECONDS);
  });

  test('whose memory a pod takes whole ends that pod again and again, and says so', faultTimeout, async () => {
    const before = await lookAtDevice();
    await deploy('hog', ['tail', '/dev/zero']);
    await fleet.eventually('it is shown how the pod fares', async () => {
      const { message } = await shownDeployment(fleet, 'hog');
      expect(message).toMatch(/^container main exited with code 137; started again \d+ times?$/);
    });
    for (const { port } of WEBS) await serves(fleet, port, 'first');
    await staysAsItWas(before);
    await remove('hog');
    await isWellAgain();
  });

  test(
    'whose disk a pod fills to the last block goes on, gets rid of it, and takes up what it is told when there is room',
    faultTimeout,
    async () => {
      const { machine } = fleet;
      const before = await lookAtDevice();
      await machine.run('fallocate', `--length=${String((await roomOf()) - FILLER_BYTES)}`, '/filling');
      await deploy('filler', ['sh', '-c', 'cat /dev/zero >/filling; exec sleep 1000000']);
      await fleet.eventually('the disk is full', async () => expect(await roomOf()).toBe(0));
      await deploy('late', WORKLOAD_COMMANDS.stubborn);
      await deployPage(CHANGED.name, CHANGED.port, 'second');
      await fleet.eventually('it is shown why nothing new runs', async () => {
        // Its directory may find room where nothing else does.
        expect((await shownDeployment(fleet, 'late')).message).toMatch(/no space left on device|the disk is full/);
        expect((await shownDeployment(fleet, CHANGED.name)).message).toContain('the disk is full');
        expect(await shownDevice(fleet)).toMatchObject({ status: { phase: 'degraded', reportedPhase: 'degraded' } });
      });
      expect(await shownCondition(fleet, 'Synced')).toMatchObject({ status: 'False' });
      for (const { port } of WEBS) await serves(fleet, port, 'first');
      await staysAsItWas(before);
      await remove('filler');
      await serves(fleet, CHANGED.port, 'second');
      await fleet.eventually(
        'what is new runs',
        async () => expect(await shownDeployment(fleet, 'late')).toMatchObject({ phase: 'Running' }),
        RETRIED_WITHIN_MS,
      );
      await runs(fleet, 'late');
      await runs(fleet, CHANGED.name);
      await staysAsItWas(before, OTHERS);
      await machine.run('systemctl', 'restart', 'k4e-agent');
      await fleet.eventually('it has read what it kept', async () => {
        expect(await journalOf('configurationRestored')).not.toBe('');
      });
      expect(await journalOf('stateDamaged')).toBe('');
      await remove('late');
      await isWellAgain();
      await machine.run('rm', '/filling');
    },
  );

  test('whose clock jumps says what is true by the clock of the control plane', faultTimeout, async () => {
    const { machine } = fleet;
    const before = await lookAtDevice();
    for (const [date, page] of [
      ['+2 days', 'two days ahead'],
      ['1970-01-02', 'in 1970'],
    ] as const) {
      await machine.run('date', `--set=${date}`);
      await deployPage(CHANGED.name, CHANGED.port, page);
      await serves(fleet, CHANGED.port, page);
      await runs(fleet, CHANGED.name);
    }
    await deploy('crash', WORKLOAD_COMMANDS.crash);
    const entry = await fleet.eventually('it is shown that a pod crashes, and when it is started again', async () => {
      const found = await shownDeployment(fleet, 'crash');
      expect(found.message).toMatch(/exited with code 1; started again/);
      expect(found.nextRetryTime).toBeDefined();
      return found;
    });
    expect(Date.parse(entry.nextRetryTime ?? '') - Date.now()).toBeLessThan(RETRIED_WITHIN_MS);
    expect(Date.parse(entry.nextRetryTime ?? '') - Date.now()).toBeGreaterThan(-RETRIED_WITHIN_MS);
    await staysAsItWas(before, OTHERS);
    await remove('crash');
    await isWellAgain();
  });

  test('without network keeps its pods, is shown as gone, and is back within a minute', faultTimeout, async () => {
    const { machine } = fleet;
    await heartbeatEvery(OUTAGE_HEARTBEAT_SECONDS);
    const before = await lookAtDevice();
    await machine.setCable('out');
    await fleet.eventually('it is shown as gone', async () => {
      expect(await shownCondition(fleet, 'Ready')).toMatchObject({ status: 'False', reason: 'HeartbeatsStopped' });
    });
    const goneSince = await sinceWhen('Ready');
    await deployPage(CHANGED.name, CHANGED.port, 'while away');
    await fleet.eventually(
      'it has been gone for long enough',
      () => expect(Date.now() - goneSince).toBeGreaterThan(OUTAGE_MS),
      OUTAGE_MS + BACK_WITHIN_MS,
    );
    expect(await sinceWhen('Ready')).toBe(goneSince);
    for (const { name } of WEBS) {
      const fetchIt = ['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/cgi-bin/env'];
      const page = await machine.run('podman', 'exec', `${name}-web`, ...fetchIt);
      expect(page).toContain(`DEVICE_ID=${DEVICE}`);
      expect(page).not.toContain('while away');
    }
    const outbox = await machine.run('stat', '--format=%s', OUTBOX);
    expect(Number(outbox)).toBeLessThan(64 * 2 ** 10);
    await machine.setCable('in');
    await fleet.eventually('it is back', isShownAlive, BACK_WITHIN_MS);
    await serves(fleet, CHANGED.port, 'while away');
    await runs(fleet, CHANGED.name);
    await heartbeatEvery(HEARTBEAT_SECONDS);
    await staysAsItWas({ ...before, readySince: await sinceWhen('Ready') }, OTHERS);
    await isWellAgain();
  });

  test('that boots in 1970 runs its pods, is heard, and takes what it is told', faultTimeout, async () => {
    const { machine } = fleet;
    await machine.run('sync');
    await machine.cutPower();
    await fleet.eventually('it is shown as gone', async () => {
      expect(await shownCondition(fleet, 'Ready')).toMatchObject({ status: 'False' });
    });
    const bootedAt = Date.now();
    await machine.boot({ clock: new Date('1970-01-02T00:00:00Z') });
    // Systemd knows that it cannot be earlier than when it was built.
    expect(Number(await machine.run('date', '+%s')) * 1_000).toBeLessThan(bootedAt - DAY_MS);
    for (const { port } of OTHERS) await serves(fleet, port, 'first');
    await fleet.eventually('it is heard', isShownAlive);
    const { lastSeenTime } = (await shownDevice(fleet)).status ?? {};
    expect(Date.parse(lastSeenTime ?? '')).toBeGreaterThan(bootedAt);
    await deployPage(CHANGED.name, CHANGED.port, 'last');
    await serves(fleet, CHANGED.port, 'last');
    await runs(fleet, CHANGED.name);
    await isWellAgain();
  });

  /** Bytes that are free where the agent keeps what it knows, and podman its pods. */
  async function roomOf(): Promise<number> {
    const [blocks = 0, blockBytes = 0] = (
      await fleet.machine.run('stat', '--file-system', '--format=%a %S', '/var/lib/k4e')
    )
      .split(' ')
      .map(Number);
    return blocks * blockBytes;
  }

  async function heartbeatEvery(periodSeconds: number): Promise<void> {
    const patch = JSON.stringify({ spec: { heartbeat: { periodSeconds } } });
    await fleet.cluster.kubectl('patch', 'edgedevice', DEVICE, '--type=merge', `--patch=${patch}`);
    await fleet.eventually('it reports as often as it is told to', async () => {
      const { message } = await shownCondition(fleet, 'Ready');
      expect(message).toBe(`the device reports every ${String(periodSeconds)} s`);
      expect(await shownCondition(fleet, 'Synced')).toMatchObject({ status: 'True' });
    });
  }

  function deployPage(name: string, hostPort: number, page: string): Promise<void> {
    return fleet.cluster.apply(webDeployment({ name, device: DEVICE, hostPort, page }));
  }

  function deploy(name: string, command: readonly string[]): Promise<void> {
    const containers = [{ name: 'main', image: WORKLOAD_IMAGE, command }];
    return fleet.cluster.apply({
      apiVersion: 'management.k4e.io/v1alpha1',
      kind: 'EdgeDeployment',
      metadata: { name, namespace: 'default', labels: { passing: 'yes' } },
      spec: { device: DEVICE, pod: { spec: { containers, terminationGracePeriodSeconds: 1 } } },
    });
  }

  async function remove(name: string): Promise<void> {
    await fleet.cluster.kubectl('delete', 'edgedeployment', name, '--wait=false');
  }

  async function lookAtDevice() {
    return {
      agent: await fleet.machine.run('systemctl', 'show', 'k4e-agent', '--property=MainPID,NRestarts'),
      pods: await fleet.machine.pods(),
      readySince: await sinceWhen('Ready'),
    };
  }

  /** The agent is the same process, the control plane heard it all the time, and these pods are the same containers. */
  async function staysAsItWas(before: Awaited<ReturnType<typeof lookAtDevice>>, webs = WEBS): Promise<void> {
    const now = await lookAtDevice();
    expect(now.agent).toBe(before.agent);
    expect(now.readySince).toBe(before.readySince);
    for (const { name } of webs) expect(now.pods.get(name)).toEqual(before.pods.get(name));
  }

  async function isShownAlive(): Promise<void> {
    expect(await shownCondition(fleet, 'Ready')).toMatchObject({ status: 'True' });
  }

  async function isWellAgain(): Promise<void> {
    await fleet.eventually('all is shown to be well', async () => {
      const { status } = await shownDevice(fleet);
      expect(status).toMatchObject({
        phase: 'up',
        workloads: { summary: `${String(WEBS.length)}/${String(WEBS.length)}` },
      });
      const untrue = status?.conditions?.filter((condition) => condition.status !== 'True');
      expect(untrue).toEqual([]);
      expect([...(await fleet.machine.pods()).keys()].sort()).toEqual(WEBS.map(({ name }) => name));
    });
  }

  async function sinceWhen(type: string): Promise<number> {
    return Date.parse((await shownCondition(fleet, type)).lastTransitionTime);
  }

  /** The lines of the agent's journal about something that happened. */
  function journalOf(activity: string): Promise<string> {
    const boot = ['--boot', '--quiet', '--no-pager'];
    return fleet.machine.run('journalctl', '--unit=k4e-agent', ...boot, `K4E_ACTIVITY=${activity}`);
  }
});
