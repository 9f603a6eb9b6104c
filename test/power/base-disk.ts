import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startVirtualMachine } from '@k4e/testbed';
import { OWN_ARCHITECTURE, buildPackage } from '../integration/debian-package/build-package.ts';

/** What a device finds outside, as it reaches them. */
export interface DeviceSurroundings {
  readonly controlPlaneUrl: string;
  /** `host:port` of a registry without TLS. */
  readonly registry: string;
}

const REGISTRIES = '/etc/containers/registries.conf.d/power.conf';

/**
 * Makes a disk with the package installed and configured, as it leaves a factory: every machine that starts with it is a device
 * of its own, which nobody has switched on yet.
 */
export async function makeBaseDisk(file: string, { controlPlaneUrl, registry }: DeviceSurroundings): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-package-'));
  try {
    const built = await buildPackage(OWN_ARCHITECTURE, '1.0.0', directory);
    const machine = await startVirtualMachine({ files: [built.file] });
    try {
      const run = async (...args: readonly string[]): Promise<void> => {
        const { code, stdout, stderr } = await machine.exec(args);
        if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${stdout}${stderr}`);
      };
      await run('dpkg', '--install', `/k4e-shared/${basename(built.file)}`);
      const settings = `s|^# controlPlane:|controlPlane: { url: "${controlPlaneUrl}" }|`;
      await run('sed', '--in-place', settings, '/etc/k4e/agent.yaml');
      await run(
        'sh',
        '-c',
        'printf "%s" "$0" > "$1"',
        `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`,
        REGISTRIES,
      );
      // A file that is there and empty is a machine that has no id yet, and gets one when it is switched on.
      await run('truncate', '--size=0', '/etc/machine-id');
      await run('rm', '--force', '--recursive', '/var/lib/dbus/machine-id', '/k4e-shared', '/var/log/journal');
      await run('sync');
      await machine.cutPower();
      await machine.saveDisk(file);
    } finally {
      await machine.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
