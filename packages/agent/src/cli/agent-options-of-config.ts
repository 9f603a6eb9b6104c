import type { Firewall, Logger } from '@k4e/core/ports';
import { createNftablesFirewall, createNoFirewall } from '@k4e/firewall-nftables';
import type { KeptPort } from '@k4e/firewall-nftables';
import type { AgentOptions } from '../composition/index.ts';
import type { AgentConfig, WorkerConfig } from '../config/index.ts';

const MS_PER_SECOND = 1_000;

/** What `createAgent` is to be told for a configuration. */
export function agentOptions(config: WorkerConfig, logger: Logger): AgentOptions {
  return {
    deviceId: config.deviceId,
    controlPlaneUrl: config.controlPlane.url,
    stateDir: config.stateDir,
    podmanSocket: config.podman.socket,
    pollIntervalMs: config.pollIntervalSeconds * MS_PER_SECOND,
    osImageId: config.osImageId,
    firewall: createFirewall(config.firewall, logger),
    logger,
  };
}

function createFirewall({ kind, policy, keepOpen }: AgentConfig['firewall'], logger: Logger): Firewall {
  if (kind === 'none') return createNoFirewall({ logger });
  return createNftablesFirewall({ policy, keepOpen: keepOpen.map(readPort), logger });
}

function readPort(text: string): KeptPort {
  const [port, protocol] = text.split('/');
  return { port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}
