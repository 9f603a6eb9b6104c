import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { HOST_ADDRESS, forwardPorts, tellEmulator } from '../emulator/index.ts';
import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import {
  checkedOutput,
  freePorts,
  makeTemporaryDirectory,
  runChecked,
  startDaemon,
  startInSteps,
  waitUntil,
} from '../processes/index.ts';
import type { CommandResult, Daemon, Stoppable } from '../processes/index.ts';
import { NETWORK_CARD, emulatorCommand } from './emulator-command.ts';
import { BOOT_FILES, findVirtualMachine } from './machine-disk.ts';
import { runInMachine } from './run-in-machine.ts';
import type { MachineCommandOptions } from './run-in-machine.ts';

/** How a virtual machine is started. */
export interface VirtualMachineOptions {
  readonly signal?: AbortSignal;
  /** Where its parts are looked for. Default: this process's environment. */
  readonly context?: PartContext;
  /** TCP ports of the machine that are to be reached from here. */
  readonly ports?: readonly number[];
  /** Default `MACHINE_MEMORY_MIB`. */
  readonly memoryMib?: number;
  /** Files of this machine that it finds in `/k4e-shared`, by their names. */
  readonly files?: readonly string[];
  /** The disk that it starts with, as `saveDisk` wrote it, which nobody may change as long as it runs. Default: Debian and podman. */
  readonly disk?: string;
  /** Leaves it switched off. */
  readonly isOff?: boolean;
}

/** How a machine is switched on. */
export interface BootOptions {
  /** What its clock shows then. Default: what the clock here shows. */
  readonly clock?: Date;
}

/** A machine with Debian 13 and podman, on a disk of its own. */
export interface VirtualMachine extends Stoppable {
  /** The address at which programs in the machine reach this process, when it listens on 127.0.0.1. */
  readonly hostAddress: string;
  /** The port of 127.0.0.1 that leads to one of `ports`; throws for another. */
  hostPort(innerPort: number): number;
  /** Runs a program of the machine's in it. A non-zero status is a result, not an error. */
  exec(args: readonly string[], options?: MachineCommandOptions): Promise<CommandResult>;
  /** Cuts the power: what was not yet on the disk is lost. */
  cutPower(): Promise<void>;
  /** Switches it on when it is off; resolves when it takes commands. */
  boot(options?: BootOptions): Promise<void>;
  /** Switches it on, and does not wait for it. */
  switchOn(options?: BootOptions): Promise<void>;
  /** Writes what is on its disk to a file, for machines that start with it. It has to be off. */
  saveDisk(file: string): Promise<void>;
  /** Pulls its network cable, or plugs it in. It takes commands all the same. A machine boots with the cable in. */
  setCable(state: 'in' | 'out'): Promise<void>;
  /** The end of what it has said on its serial console since it was switched on. */
  console(): Promise<string>;
}

/** How much memory a machine has when its starter names none. */
export const MACHINE_MEMORY_MIB = 1_024;

const BOOT_DEADLINE_MS = 180_000;
const LOOK_EVERY_MS = 200;
const SHARED = '/k4e-shared';

/** Boots a machine (25 s where it is emulated). Fails with `PartUnavailableError` when it cannot be had. */
export async function startVirtualMachine(options: VirtualMachineOptions = {}): Promise<VirtualMachine> {
  const { context = defaultPartContext(), ports = [], files = [], memoryMib = MACHINE_MEMORY_MIB } = options;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const { location } = await findVirtualMachine(context);
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const debian = ['-b', join(location, BOOT_FILES.disk), '-F', 'raw'];
    const under = options.disk === undefined ? debian : ['-b', options.disk, '-F', 'qcow2'];
    const disk = join(directory.path, 'disk.qcow2');
    await runChecked(['qemu-img', 'create', '-q', '-f', 'qcow2', ...under, disk], call);
    const shared = await packFiles(files, directory.path);
    const [commandPort = 0] = await freePorts(1);
    const forwards = await forwardPorts(ports);
    const monitor = join(directory.path, 'monitor.sock');
    const machine = { boot: location, disk, shared, memoryMib, forwards, commandPort, monitor };
    const exec: VirtualMachine['exec'] = (args, own) => runInMachine(commandPort, args, own);
    let boots = 0;
    let daemon: Daemon | undefined;
    const isOn = (): boolean => daemon?.isRunning() === true;
    const cutPower = async (): Promise<void> => daemon?.stop();
    undo(cutPower);
    const switchOn = async (how: BootOptions = {}): Promise<Daemon> => {
      boots += 1;
      const command = emulatorCommand({ ...machine, ...how });
      daemon = await startDaemon({ command, logFile: join(directory.path, `console-${String(boots)}`) });
      return daemon;
    };
    const boot = async (how?: BootOptions): Promise<void> => {
      if (!isOn()) await untilItTakesCommands(await switchOn(how), exec, call);
    };
    if (options.isOff !== true) {
      await boot();
      const unpack = ['tar', '--extract', '--file=/dev/vdb', `--one-top-level=${SHARED}`];
      checkedOutput(unpack, await exec(unpack, call));
    }
    return {
      hostAddress: HOST_ADDRESS,
      hostPort: (port) => forwards.hostPort(port),
      exec,
      cutPower,
      boot,
      switchOn: async (how) => {
        if (!isOn()) await switchOn(how);
      },
      saveDisk: async (file) => {
        if (isOn()) throw new Error('the disk of a machine that runs cannot be saved');
        await runChecked(['qemu-img', 'convert', '-q', '-O', 'qcow2', ...debian.with(0, '-B'), disk, file], call);
      },
      setCable: (state) => tellEmulator(monitor, 'set_link', { name: NETWORK_CARD, up: state === 'in' }),
      console: async () => (await daemon?.logTail()) ?? '',
    };
  });
}

/** A directory would take a file system that both sides know; an archive is a disk as it is. */
async function packFiles(files: readonly string[], directory: string): Promise<string> {
  const content = join(directory, 'shared');
  await mkdir(content);
  for (const file of files) await copyFile(file, join(content, basename(file)));
  await runChecked(['tar', '--create', `--directory=${content}`, `--file=${content}.tar`, '.']);
  return `${content}.tar`;
}

async function untilItTakesCommands(
  daemon: Daemon,
  exec: VirtualMachine['exec'],
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  const takesCommands = async (): Promise<boolean> => {
    if (!daemon.isRunning()) throw new Error(`the emulator ended: ${await daemon.logTail()}`);
    return exec(['true'], call).then(
      ({ code }) => code === 0,
      () => false,
    );
  };
  const options = {
    ...call,
    what: 'the machine takes commands',
    deadlineMs: BOOT_DEADLINE_MS,
    intervalMs: LOOK_EVERY_MS,
  };
  await waitUntil(takesCommands, options).catch(async (error: unknown) => {
    await daemon.stop();
    throw new Error(`the machine did not boot: ${await daemon.logTail()}`, { cause: error });
  });
}
