import { createDevice } from '@k4e/core/device';
import type { Device, DeviceActivity, DeviceActivityType, DeviceOutcome, DeviceParts } from '@k4e/core/device';
import { HEARTBEAT_DIRECTIVE, REGISTRATION_DIRECTIVE } from '@k4e/core/protocol';
import type { DeviceConfiguration, Heartbeat, HardwareInfo, Message } from '@k4e/core/protocol';
import {
  createDiscardMetrics,
  createFakeClock,
  createFakeContainerRuntime,
  createFakeDeviceLink,
  createFakeFirewall,
  createMemoryLogger,
  createMemoryStateStore,
  createMemoryVolumes,
} from '@k4e/core/testing';

/** Name of the device under test. */
export const DEVICE_ID = 'device-1';

/** A machine with its parts, on which devices run one after the other, as agents do. */
export function createDeviceBench() {
  const clock = createFakeClock();
  const parts = {
    clock,
    link: createFakeDeviceLink(),
    runtime: createFakeContainerRuntime({ clock }),
    firewall: createFakeFirewall(),
    state: createMemoryStateStore(),
    volumes: createMemoryVolumes(),
    logger: createMemoryLogger(),
  };
  const hardware: { current: HardwareInfo } = { current: { hostname: 'edge', memory: { usable_bytes: 1 } } };
  return { ...parts, hardware, boot: (overrides: Partial<DeviceParts> = {}) => boot(parts, hardware, overrides) };
}

/** A machine with its parts. */
export type DeviceBench = ReturnType<typeof createDeviceBench>;

type BenchParts = Omit<DeviceBench, 'boot' | 'hardware'>;

/** A device that runs. */
export interface RunningDevice {
  readonly device: Device;
  readonly activities: readonly DeviceActivity[];
  /** How often something of that type has happened. */
  count(type: DeviceActivityType): number;
  /** As a service manager stops an agent; resolves with how the run ended. */
  stop(): Promise<DeviceOutcome>;
  readonly ended: Promise<DeviceOutcome>;
}

function boot(parts: BenchParts, hardware: DeviceBench['hardware'], overrides: Partial<DeviceParts>): RunningDevice {
  const activities: DeviceActivity[] = [];
  let ids = 0;
  const device = createDevice({
    ...parts,
    deviceId: DEVICE_ID,
    inventory: { collect: () => Promise.resolve(hardware.current) },
    metrics: createDiscardMetrics(),
    random: () => 0,
    uuid: () => `id-${ids++}`,
    onActivity: (activity) => void activities.push(activity),
    ...overrides,
  });
  const controller = new AbortController();
  const ended = device.run({ signal: controller.signal });
  return {
    device,
    activities,
    count: (type) => activities.filter((activity) => activity.type === type).length,
    ended,
    async stop() {
      controller.abort();
      await parts.clock.advance(0);
      return ended;
    },
  };
}

/** A workload of a configuration that has one container, and a host port when one is given. */
export function workload(name: string, options: { image?: string; port?: number; policy?: string } = {}) {
  const { image = `${name}:1`, port, policy } = options;
  const ports = port === undefined ? '' : `, ports: [{containerPort: 80, hostPort: ${port}}]`;
  const restartPolicy = policy === undefined ? '' : `restartPolicy: ${policy}\n`;
  return { name, specification: `containers:\n  - {name: main, image: "${image}"${ports}}\n${restartPolicy}` };
}

/** Gives the device a configuration. */
export function configure(bench: DeviceBench, version: string, content: DeviceConfiguration): void {
  bench.link.deliver('data', {
    type: 'data',
    directive: 'device',
    content: { device_id: DEVICE_ID, version, ...content },
  });
}

/** Gives the device a command. */
export function command(bench: DeviceBench, name: string, details: Record<string, unknown> | null = null): void {
  bench.link.deliver('control', {
    type: 'command',
    message_id: 'command-1',
    content: { command: name, arguments: details },
  });
}

/** Heartbeats that were taken, in order. */
export function heartbeats(bench: DeviceBench): readonly Heartbeat[] {
  return contents(bench, HEARTBEAT_DIRECTIVE) as Heartbeat[];
}

/** How many registrations were taken. */
export function registrations(bench: DeviceBench): readonly unknown[] {
  return contents(bench, REGISTRATION_DIRECTIVE);
}

function contents(bench: DeviceBench, directive: string): unknown[] {
  return bench.link
    .sent()
    .filter(({ message }) => message.directive === directive)
    .map(({ message }) => message.content);
}

/** Messages that went out on the control channel. */
export function controlMessages(bench: DeviceBench): readonly Message[] {
  return bench.link
    .sent()
    .filter(({ channel }) => channel === 'control')
    .map(({ message }) => message);
}

/** The pods on the machine as `name status`, sorted; foreign ones too. */
export function pods(bench: DeviceBench): readonly string[] {
  return [...bench.runtime.engine.pods.values()]
    .map(({ name, containers }) => `${name} ${[...new Set(containers.map(({ state }) => state))].join('+')}`)
    .sort();
}
