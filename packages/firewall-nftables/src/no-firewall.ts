import type { Firewall, Logger } from '@k4e/core/ports';

/**
 * Creates a `Firewall` that opens nothing, for agents that may not touch the packet filter (rootless) or shall not. Says
 * once in the log that ports are left to the host's own firewall.
 */
export function createNoFirewall({ logger }: { readonly logger: Logger }): Firewall {
  let hasSaidSo = false;
  return {
    capabilities: { opensPorts: false },
    apply(ports) {
      if (ports.length > 0 && !hasSaidSo) {
        logger.info('ports are not opened by k4e: the host firewall must let them pass', { ports: ports.length });
        hasSaidSo = true;
      }
      return Promise.resolve();
    },
    diagnose: () => Promise.resolve([]),
    clear: () => Promise.resolve(),
  };
}
