/** What a device shows of itself, on machines with Debian 12 and 13: to whoever asks, and on its screen. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEBIAN_SUITES } from '@k4e/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { OWN_ARCHITECTURE, buildPackage } from './build-package.ts';
import { startDebianDevice } from './debian-device.ts';
import type { DebianDevice } from './debian-device.ts';

const POLL = { timeout: 60_000, interval: 200 };
/** Everything that a terminal was sent, which stands for a screen: a container has none. */
const SENT = '/run/screen';
const CLEAR = '\u001b[2J';

await describeWithPart(['debian', 'debian-tools'], 'a device with a screen', () => {
  let directory: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-deb-test-'));
    file = (await buildPackage(OWN_ARCHITECTURE, '1.0.0', directory)).file;
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  // One story a release, told in its order.
  describe.each(DEBIAN_SUITES)('%s', (suite) => {
    let device: DebianDevice;
    beforeAll(async () => {
      device = await startDebianDevice(suite);
      await device.install(file);
    });
    afterAll(() => device.stop());

    const screens = async (): Promise<readonly string[]> => (await device.run('cat', SENT)).split(CLEAR).slice(1);
    const screen = async (): Promise<string | undefined> => (await screens()).at(-1);
    const modeOf = async (path: string): Promise<string> => (await device.run('stat', '--format=%a', path)).trim();

    test('the console comes with the package, and is for somebody to enable', async () => {
      await expect(device.run('systemctl', 'is-enabled', 'k4e-console.path')).rejects.toThrow('disabled');
      expect(await device.stateOf('k4e-console.path')).toBe('inactive');
    });

    test('a device that is not configured says so, and what to do', async () => {
      await expect(device.run('k4e-agent', 'status')).rejects.toThrow(/ended with 4: [^]*controlPlane\.url in \/etc/);
      await putScreenIn(device);
      await device.run('systemctl', 'enable', '--now', 'k4e-console.path');
      await expect.poll(screen, POLL).toContain('AGENT: NOT CONFIGURED');
      expect(await screen()).toMatch(/ADDRESS: \d+\.\d+\.\d+\.\d+/);
    });

    test('settings that are wrong are named', async () => {
      await device.write('/etc/k4e/agent.yaml', 'controlplane: {}\n');
      await expect(device.run('systemctl', 'restart', 'k4e-agent')).rejects.toThrow('ended with 1');
      await expect.poll(screen, POLL).toMatch(/SETTINGS ARE WRONG[^]*did you mean/);
    });

    test('configured, it shows what runs, to everybody', async () => {
      await device.configure();
      await device.run('systemctl', 'restart', 'k4e-agent');
      await expect
        .poll(screen, POLL)
        .toMatch(/k4e edge-1\r*\n=+\r*\nCONTROL PLANE: REACHED[^]*WORKLOADS: 1 OF 1 RUNNING/);
      expect([await modeOf('/run/k4e'), await modeOf('/run/k4e/status.json')]).toEqual(['755', '644']);
      const asked = await device.run('setpriv', '--reuid=65534', '--clear-groups', 'k4e-agent', 'status');
      expect(asked).toContain('workloads       1 of 1 running\n  web: Running\n');
      expect(asked).toContain(device.api.url);
    });

    test('at rest nothing runs for the screen, and nothing is written', async () => {
      await expect.poll(() => device.stateOf('k4e-console.service'), POLL).toBe('inactive');
      const at = (): Promise<string> => device.run('stat', '--format=%i %y', '/run/k4e/status.json');
      const [before, shown, beats] = [await at(), (await screens()).length, device.api.taken().length];
      await expect.poll(() => device.api.taken().length, POLL).toBeGreaterThan(beats + 3);
      expect([await at(), (await screens()).length]).toEqual([before, shown]);
    });

    test('an agent that was killed, and stays away, is not said to run', async () => {
      await device.override('k4e-agent', 'Restart=no\n');
      await device.run('systemctl', 'kill', '--signal=KILL', 'k4e-agent');
      await expect.poll(screen, POLL).toContain('AGENT: FAILED');
      await expect(device.run('k4e-agent', 'status', '--json')).rejects.toThrow('"cause":"failed"');
      await device.override('k4e-agent', '');
      await device.run('systemctl', 'reset-failed', 'k4e-agent');
    });

    test("the gateway and its worker show the same; what is theirs is nobody else's", async () => {
      await device.run('systemctl', 'start', 'k4e-gateway');
      await expect.poll(screen, POLL).toMatch(/CONTROL PLANE: REACHED[^]*WORKLOADS: 1 OF 1 RUNNING/);
      expect([await modeOf('/run/k4e'), await modeOf('/run/k4e/gateway')]).toEqual(['755', '700']);
      await device.run('systemctl', 'stop', 'k4e-gateway');
      await expect.poll(screen, POLL).toContain('AGENT: NOT RUNNING');
      expect(await device.run('ls', '/run/k4e')).not.toContain('status.json\n');
    });

    test('however fast things change, the screen follows at its own pace, and does not give up', async () => {
      const before = (await screens()).length;
      const changes = 400;
      const flap = `for (1..${changes}) { open my $f, ">>", "/run/k4e/status.json.changed"; close $f; select undef, undef, undef, 0.02 }`;
      await device.run('perl', '-e', flap);
      expect((await screens()).length - before).toBeLessThan(changes / 20);
      expect(await device.stateOf('k4e-console.path')).toBe('active');
      await device.run('systemctl', 'start', 'k4e-agent');
      await expect.poll(screen, POLL).toMatch(/CONTROL PLANE: REACHED[^]*WORKLOADS: 1 OF 1 RUNNING/);
    });

    test('without its control plane it says that, and where the device is', async () => {
      await device.api.stop();
      await expect.poll(screen, POLL).toMatch(/CONTROL PLANE: NOT REACHED[^]*ADDRESS: \d[^]*WORKLOADS: 1 OF 1 RUNNING/);
    });

    test('removed, it leaves no screen behind', async () => {
      await device.run('dpkg', '--purge', 'k4e-agent');
      expect(await device.stateOf('k4e-console.path')).toBe('inactive');
      await expect(device.run('ls', '/run/k4e')).rejects.toThrow('No such file');
    });
  });
});

/** A terminal in the place of a screen that there is not, for the console to write on. */
async function putScreenIn(device: DebianDevice): Promise<void> {
  const terminal = [
    'script',
    '--quiet',
    '--flush',
    '--command',
    'tty > /run/screen-terminal; exec sleep infinity',
    SENT,
  ];
  await device.run('systemd-run', '--unit=screen', ...terminal);
  let path = '';
  await expect
    .poll(async () => (path = (await device.run('cat', '/run/screen-terminal').catch(() => '')).trim()), POLL)
    .toMatch(/^\/dev\/pts\/\d+$/);
  for (const unit of ['k4e-console.path', 'k4e-console.service']) {
    const settings = unit.endsWith('.path') ? '' : `[Service]\nTTYPath=${path}\nDeviceAllow=${path} rw\n`;
    await device.run('mkdir', '--parents', `/run/systemd/system/${unit}.d`);
    await device.write(`/run/systemd/system/${unit}.d/screen.conf`, `[Unit]\nConditionPathExists=\n${settings}`);
  }
  await device.run('systemctl', 'daemon-reload');
}
