import { randomUUID } from 'node:crypto';
import { DEFAULT_POLL_INTERVAL_MS } from '@k4e/core/device';
import type { Device } from '@k4e/core/device';
import { Container } from 'typedi';
import type { AgentOptions } from './agent-options.ts';
import { FACTORIES } from './factories.ts';
import type { GetPart } from './factories.ts';
import { joinGateway } from './join-gateway.ts';
import { TOKENS } from './agent-parts.ts';
import type { AgentParts } from './agent-parts.ts';

const PART_NAMES: readonly (keyof AgentParts)[] = [
  'clock',
  'logger',
  'metrics',
  'runtime',
  'firewall',
  'disk',
  'state',
  'volumes',
  'exports',
  'journal',
  'openBucket',
  'inventory',
  'transport',
  'facts',
  'gatewayState',
  'hub',
  'link',
  'gateway',
  'device',
];

/**
 * Puts the device together, and its gateway unless that is elsewhere, with the adapters that the options bring in place of
 * ours. The container is of this call alone and gone with it: two agents in one process share nothing.
 */
export function compose(options: AgentOptions): Device {
  const id = randomUUID();
  const container = Container.of(id);
  const listening = Promise.withResolvers<undefined>();
  const memory = {
    pollIntervalMs: options.pollIntervalMs ?? DEFAULT_POLL_INTERVAL_MS,
    onListening: () => listening.resolve(undefined),
  };
  const get: GetPart = (name) => container.get(TOKENS[name]);
  const { link: elsewhere, ...adapters } = options;
  const given: Partial<AgentParts> = adapters;
  const register = <Name extends keyof AgentParts>(name: Name): void => {
    container.set({ id: TOKENS[name], factory: () => given[name] ?? FACTORIES[name](get, options, memory) });
  };
  try {
    for (const name of PART_NAMES) register(name);
    const device = get('device');
    if (elsewhere !== undefined) return device;
    return joinGateway({ device, gateway: get('gateway'), link: get('link'), listening: listening.promise });
  } finally {
    Container.reset(id);
  }
}
