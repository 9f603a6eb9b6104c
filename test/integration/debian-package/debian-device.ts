import { startFakeEdgeApi } from '@k4e/core/testing';
import type { FakeEdgeApi } from '@k4e/core/testing';
import { WORKLOAD_IMAGE, startDebian, waitUntil } from '@k4e/testbed';
import type { DebianMachine, DebianSuite } from '@k4e/testbed';

const DEADLINE_MS = 60_000;
const DEVICE_ID = 'edge-1';

/** A machine with Debian that a package is installed on, and the control plane that it is to be a device of. */
export interface DebianDevice {
  readonly api: FakeEdgeApi;
  /** Runs a program there; resolves with what it prints. Throws with all that it said when its status is not 0. */
  run(...args: readonly string[]): Promise<string>;
  /** Writes a file there. */
  write(path: string, text: string): Promise<void>;
  /** Installs a package file there, another version of it too. */
  install(file: string): Promise<void>;
  /** The settings of a device, in the file that the package brought. */
  configure(): Promise<void>;
  /** Settings of a unit's service that win over its own, until the next ones or a boot. */
  override(unit: string, settings: string): Promise<void>;
  /** Whether systemd calls a unit active, inactive or failed. */
  stateOf(unit: string): Promise<string>;
  /** What a unit has written to the journal. */
  journalOf(unit: string): Promise<string>;
  /** Waits until the last program that a unit began is of that version, by what it says. */
  runsVersion(unit: string, version: string): Promise<void>;
  /** When the containers of all pods were started, with the processes that they are. */
  startsOfPods(): Promise<string>;
  /** Cuts its power, and boots it. */
  powerCycle(): Promise<void>;
  /** Everything that is on the machine, but for what belongs to the kernel, the package manager, systemd or podman. */
  files(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Boots a machine, with a control plane that wants one pod on it. */
export async function startDebianDevice(suite: DebianSuite): Promise<DebianDevice> {
  const machine = await startDebian({ suite });
  const api = await startFakeEdgeApi({ address: machine.hostAddress, holdsPolls: true });
  api.setConfiguration(WANTED);
  const run = runOn(machine);
  const write = async (path: string, text: string): Promise<void> => {
    const { code, stderr } = await machine.exec(['tee', path], { stdin: text });
    if (code !== 0) throw new Error(`${path} could not be written: ${stderr}`);
  };
  const journalOf = (unit: string): Promise<string> =>
    run('journalctl', `--unit=${unit}`, '--output=cat', '--no-pager', '--quiet');
  return {
    api,
    run,
    write,
    journalOf,
    install: async (file) => {
      await run('dpkg', '--install', await machine.bring(file));
    },
    configure: () => write('/etc/k4e/agent.yaml', `controlPlane:\n  url: ${api.url}\ndeviceId: ${DEVICE_ID}\n`),
    override: async (unit, settings) => {
      const directory = `/run/systemd/system/${unit}.service.d`;
      await run('mkdir', '--parents', directory);
      await write(`${directory}/override.conf`, `[Service]\n${settings}`);
      await run('systemctl', 'daemon-reload');
    },
    stateOf: async (unit) => (await machine.exec(['systemctl', 'is-active', unit])).stdout.trim(),
    runsVersion: async (unit, version) => {
      const what = `${unit} is of version ${version}`;
      const begins = `${unit} begins version=`;
      await waitUntil(async () => (await journalOf(unit)).split(begins).at(-1)?.startsWith(`${version} `), {
        what,
        deadlineMs: DEADLINE_MS,
      });
    },
    startsOfPods: async () => {
      const ids = (await run('podman', 'ps', '--quiet', '--no-trunc')).trim().split('\n').sort();
      return run('podman', 'inspect', '--format={{.Name}} {{.State.Pid}} {{.State.StartedAt}}', ...ids);
    },
    powerCycle: () => machine.powerCycle(),
    files: async () =>
      (await run('find', '/', '-xdev'))
        .split('\n')
        .filter((path) => !OF_OTHERS.test(path))
        .sort(),
    stop: async () => {
      await api.stop();
      await machine.stop();
    },
  };
}

const OF_OTHERS =
  /^\/(dev|proc|sys|tmp|k4e-shared|var\/(cache|log|tmp|lib\/(containers|dpkg|systemd))|run\/(systemd|containers|crun|runc|netns|podman|netavark)|etc\/containers\/networks)(\/|$)/;

function runOn(machine: DebianMachine): DebianDevice['run'] {
  return async (...args) => {
    const { code, stdout, stderr } = await machine.exec(args, {});
    if (code !== 0)
      throw new Error(`${args.join(' ')} on ${machine.suite} ended with ${String(code)}: ${stdout}${stderr}`);
    return stdout;
  };
}

const WANTED = {
  type: 'data',
  message_id: 'c0000000-0000-4000-8000-000000000001',
  version: 1,
  sent: '2026-01-01T00:00:00.000Z',
  directive: 'device',
  content: {
    device_id: DEVICE_ID,
    version: 'wanted',
    configuration: { heartbeat: { period_seconds: 1 } },
    workloads: [
      {
        name: 'web',
        specification: `containers:\n- name: web\n  image: ${WORKLOAD_IMAGE}\n  ports:\n  - { containerPort: 8080, hostPort: 18080 }\n`,
      },
    ],
  },
} as const;
