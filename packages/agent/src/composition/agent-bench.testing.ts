import type { DeviceActivity } from '@k4e/core/device';
import type { Message } from '@k4e/core/protocol';
import type { FakeDeviceLink } from '@k4e/core/testing';
import {
  createFakeClock,
  createFakeContainerRuntime,
  createFakeDeviceLink,
  createFakeFirewall,
  createMemoryLogger,
  createMemoryStateStore,
  createMemoryVolumes,
} from '@k4e/core/testing';
import { createAgent } from '../create-agent.ts';
import type { AgentAdapters } from './agent-parts.ts';

/** A workload of one container. */
export const WEB = { name: 'web', specification: 'containers:\n  - {name: main, image: "web:1"}\n' };

/** A command of the control plane. */
export const command = (name: string) =>
  ({ type: 'command', message_id: 'c', content: { command: name, arguments: null } }) as const;

/** A configuration with these workloads. */
export const configuration = (...workloads: readonly (typeof WEB)[]): Message => ({
  ...({ type: 'data', directive: 'device', message_id: 'm' } as const),
  content: { device_id: 'edge-1', version: 'v1', workloads: [...workloads] },
});

/** What was said on a way to the control plane of the connection, in order. */
export const statusesOn = (transport: FakeDeviceLink): readonly unknown[] =>
  transport.sent().flatMap(({ channel, message }) => (channel === 'control' ? [message.content] : []));

/** A machine on which agents, each a device joined with its gateway, run one after the other. */
export function createAgentBench() {
  const clock = createFakeClock();
  const parts = {
    clock,
    runtime: createFakeContainerRuntime({ clock }),
    firewall: createFakeFirewall(),
    state: createMemoryStateStore(),
    gatewayState: createMemoryStateStore(),
    volumes: createMemoryVolumes(),
    transport: createFakeDeviceLink(),
    logger: createMemoryLogger(),
  };
  const { transport } = parts;
  /** Starts an agent; nothing of it has happened yet. */
  const start = (change: Partial<AgentAdapters> = {}) => {
    const stop = new AbortController();
    const activities: DeviceActivity[] = [];
    const changes = { count: 0 };
    const run = { outcome: undefined as unknown };
    const agent = createAgent({
      ...{ deviceId: 'edge-1', stateDir: '/nowhere', ...parts },
      inventory: { collect: () => Promise.resolve({}) },
      facts: () => Promise.resolve({}),
      onActivity: (activity) => activities.push(activity),
      onStatusChange: () => changes.count++,
      ...change,
    });
    const ended = agent.run(stop).then(
      (outcome) => (run.outcome = outcome),
      (error: unknown) => (run.outcome = error),
    );
    return { agent, activities, changes, stop, run, ended };
  };
  const boot = async (change?: Partial<AgentAdapters>) => {
    const { activities, stop, run } = start(change);
    await clock.advance(0);
    return {
      activities,
      outcome: () => run.outcome,
      configure: async (...workloads: readonly (typeof WEB)[]) => {
        transport.deliver('data', configuration(...workloads));
        await clock.advance(5_000);
      },
      stop: async () => {
        stop.abort();
        await clock.advance(0);
      },
    };
  };
  return {
    ...parts,
    start,
    boot,
    pods: () => [...parts.runtime.engine.pods.keys()],
    /** What was said of the connection, in order. */
    statuses: () => statusesOn(transport),
  };
}
