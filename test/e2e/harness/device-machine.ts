import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildWorkloadImage, startVirtualMachine } from '@k4e/testbed';
import type { VirtualMachine, VirtualMachineOptions } from '@k4e/testbed';
import { OWN_ARCHITECTURE, buildPackage } from '../../integration/debian-package/build-package.ts';
import { podsOf } from './pods.ts';
import type { Pod } from './pods.ts';

/** What of a device is chosen. */
export interface DeviceMachineOptions extends Pick<VirtualMachineOptions, 'ports' | 'memoryMib'> {
  readonly deviceId: string;
  /** Where the control plane listens on this machine's loopback interface. */
  readonly controlPlaneUrl: string;
}

/** A virtual machine with the Debian package installed. The unit `k4e-agent` is configured, and left to be started. */
export interface DeviceMachine extends VirtualMachine {
  /** Runs a program on it; gives its output, and throws with all that it said when its status is not 0. */
  run(...args: readonly string[]): Promise<string>;
  pods(): Promise<ReadonlyMap<string, Pod>>;
  /** What a person would look at to understand why it does not do what it should: console, journal, pods, what failed. */
  explain(): Promise<string>;
}

/** Boots a machine, loads the workload image, installs the package and names the control plane, as a person would. */
export async function startDeviceMachine(options: DeviceMachineOptions): Promise<DeviceMachine> {
  const { deviceId, controlPlaneUrl, ...wanted } = options;
  const directory = await mkdtemp(join(tmpdir(), 'k4e-package-'));
  try {
    const { file } = await buildPackage(OWN_ARCHITECTURE, '1.0.0', directory);
    const { archive } = await buildWorkloadImage();
    const machine = deviceOf(await startVirtualMachine({ ...wanted, files: [file, archive] }));
    try {
      await machine.run('podman', 'load', '--quiet', `--input=/k4e-shared/${basename(archive)}`);
      await machine.run('dpkg', '--install', `/k4e-shared/${basename(file)}`);
      const url = `http://${machine.hostAddress}:${new URL(controlPlaneUrl).port}`;
      const settings = `s|^# controlPlane:|controlPlane: { url: "${url}" }|; s|^# deviceId:.*|deviceId: ${deviceId}|`;
      await machine.run('sed', '--in-place', settings, '/etc/k4e/agent.yaml');
      await machine.run('sync');
      return machine;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function deviceOf(machine: VirtualMachine): DeviceMachine {
  return {
    ...machine,
    run: async (...args) => {
      const { code, stdout, stderr } = await machine.exec(args);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${stdout}${stderr}`);
      return stdout;
    },
    pods: () => podsOf((args) => machine.exec(['podman', ...args])),
    explain: () => explain(machine),
  };
}

async function explain(machine: VirtualMachine): Promise<string> {
  const commands = [
    ['journalctl', '--unit=k4e-agent', '--no-pager', '--lines=60'],
    ['podman', 'ps', '--all', '--pod'],
    ['systemctl', 'list-units', '--failed', '--no-pager'],
    ['journalctl', '--boot', '--priority=warning', '--no-pager', '--lines=40'],
  ];
  const said = commands.map(async (args) => {
    const output = await machine.exec(args).then(({ stdout, stderr }) => stdout + stderr, String);
    return `--- ${args.join(' ')}\n${output}`;
  });
  return [`--- console\n${await machine.console()}`, ...(await Promise.all(said))].join('\n');
}
