import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { forwardPorts, tellEmulator } from '../emulator/index.ts';
import type { PortForwards } from '../emulator/index.ts';
import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { makeTemporaryDirectory, startDaemon, startInSteps, waitUntil } from '../processes/index.ts';
import type { Daemon, Stoppable } from '../processes/index.ts';
import { UEFI, findImageMachine } from './image-machine-programs.ts';

/** Something that a machine may boot from, or keep data on. */
export interface MachineDrive {
  readonly kind: 'disk' | 'disc';
  /** A raw image. A disk is written to as it is. */
  readonly file: string;
}

/** How a machine is made. */
export interface ImageMachineOptions {
  /** With UEFI secure boot is on. */
  readonly firmware: 'bios' | 'uefi';
  /** Disks are `/dev/vda`, `/dev/vdb`, ... in it, in this order. */
  readonly drives: readonly MachineDrive[];
  /** TCP ports of the machine that are to be reached from here. */
  readonly ports?: readonly number[];
  /** Its IPv4 address in 10.0.2.0/24, at which those ports are. Default: the one that it gets by DHCP. */
  readonly address?: string;
  /** Where its parts are looked for. Default: this process's environment. */
  readonly context?: PartContext;
}

/** A machine that was switched on. */
export interface ImageMachine extends Stoppable {
  /** The port of 127.0.0.1 that leads to one of `ports`; throws for another. */
  hostPort(innerPort: number): number;
  /** All that it has said on its serial console since it was switched on. */
  console(): Promise<string>;
  isOn(): boolean;
  /** Presses its power button; resolves when it has switched itself off. */
  pressPowerButton(): Promise<void>;
  /** Cuts the power: what was not yet on a disk is lost. */
  cutPower(): Promise<void>;
  /** Switches it on again; what its clock says then is `clock`, or else the time. */
  switchOn(options?: { readonly clock?: Date }): Promise<void>;
}

const MEMORY_MIB = 1_024;
const OFF_DEADLINE_MS = 180_000;
/** Of a time as the emulator takes it: no zone, which is UTC. */
const SECONDS_LENGTH = 'YYYY-MM-DDThh:mm:ss'.length;

/** Switches a machine on. What it boots may take minutes: it is emulated. */
export async function startImageMachine(options: ImageMachineOptions): Promise<ImageMachine> {
  const { context = defaultPartContext(), ports = [], address = '' } = options;
  await findImageMachine(context);
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const forwards = await forwardPorts(ports, address);
    const variables = join(directory.path, 'uefi-variables');
    await copyFile(UEFI.variables, variables);
    const monitor = join(directory.path, 'monitor.sock');
    const command = commandOf(options, { forwards, variables, monitor });
    let boots = 0;
    const logFile = (): string => join(directory.path, `console-${String(boots)}`);
    const start = (clock?: Date): Promise<Daemon> => {
      boots += 1;
      const set = clock === undefined ? [] : ['-rtc', `base=${clock.toISOString().slice(0, SECONDS_LENGTH)}`];
      return startDaemon({ command: [...command, ...set], logFile: logFile() });
    };
    let daemon = await start();
    undo(() => daemon.stop());
    return {
      hostPort: (port) => forwards.hostPort(port),
      console: () => readFile(logFile(), 'utf8'),
      isOn: () => daemon.isRunning(),
      pressPowerButton: async () => {
        await tellEmulator(monitor, 'system_powerdown');
        const off = { what: 'the machine has switched itself off', deadlineMs: OFF_DEADLINE_MS };
        await waitUntil(() => !daemon.isRunning(), off);
        await daemon.stop();
      },
      cutPower: () => daemon.stop(),
      switchOn: async ({ clock } = {}) => {
        if (!daemon.isRunning()) daemon = await start(clock);
      },
    };
  });
}

/** What only one machine has. */
interface OwnThings {
  readonly forwards: PortForwards;
  readonly variables: string;
  readonly monitor: string;
}

function commandOf({ firmware, drives }: ImageMachineOptions, own: OwnThings): readonly string[] {
  return [
    // The processor is emulated too: a kernel may offer KVM that stops the machine in the middle of its boot. One alone: where
    // a kernel changes its own code while another processor runs it, an emulator may get it wrong.
    ...['qemu-system-x86_64', '-accel', 'tcg,thread=multi', '-smp', '1'],
    ...['-machine', 'q35,smm=on', '-m', String(MEMORY_MIB)],
    ...['-display', 'none', '-no-reboot', '-nodefaults', '-vga', 'std', '-serial', 'stdio'],
    ...['-qmp', `unix:${own.monitor},server=on,wait=off`],
    ...(firmware === 'uefi' ? uefi(own.variables) : []),
    ...drives.flatMap(({ kind, file }, index) =>
      kind === 'disk'
        ? ['-drive', `file=${file},if=virtio,format=raw,cache=writeback`]
        : [
            ...['-drive', `file=${file},if=none,id=disc${String(index)},media=cdrom,format=raw,readonly=on`],
            ...['-device', `ide-cd,drive=disc${String(index)}`],
          ],
    ),
    ...['-netdev', `user,id=lan${own.forwards.options}`, '-device', 'virtio-net-pci,netdev=lan,romfile='],
    ...['-device', 'virtio-rng-pci'],
  ];
}

function uefi(variables: string): readonly string[] {
  return [
    // The firmware alone may write its memory.
    ...['-global', 'driver=cfi.pflash01,property=secure,value=on'],
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${UEFI.program}`],
    ...['-drive', `if=pflash,format=raw,file=${variables}`],
  ];
}
