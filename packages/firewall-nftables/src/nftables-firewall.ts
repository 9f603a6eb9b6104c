import { K4eError, createSerialQueue } from '@k4e/core';
import { checkOpenPorts } from '@k4e/core/ports';
import type { CallOptions, Firewall, Logger } from '@k4e/core/ports';
import { buildRuleset } from './build-ruleset.ts';
import { findObstacles } from './find-obstacles.ts';
import type { ChainObstacle } from './find-obstacles.ts';
import { canonicalListing, expectedListing, parseListing } from './listing.ts';
import { createNftClient } from './nft-client.ts';
import type { NftClientOptions } from './nft-client.ts';
import { renderRemoval, renderRuleset } from './render-ruleset.ts';
import type { Ruleset } from './ruleset.ts';
import { resolveSettings } from './settings.ts';
import type { FirewallSettings } from './settings.ts';

/** What the firewall is made of. All but the logger has a default, see `resolveSettings` and `NftClientOptions`. */
export interface NftablesFirewallOptions extends Partial<FirewallSettings>, NftClientOptions {
  readonly logger: Logger;
}

/** The firewall of a device with nftables. */
export interface NftablesFirewall extends Firewall {
  /**
   * The chains of others that drop what comes to declared ports. Reads only; may be called at any time.
   * Rejects as `apply` does.
   */
  diagnose(options?: CallOptions): Promise<readonly ChainObstacle[]>;
}

/**
 * Creates a `Firewall` that keeps one table of family `inet`. Starts no process until it is called.
 * Throws `CONFIG_INVALID` or `INVALID_INPUT` for settings that cannot be.
 */
export function createNftablesFirewall({ logger, ...options }: NftablesFirewallOptions): NftablesFirewall {
  const settings = resolveSettings(options);
  const nft = createNftClient(options);
  const queue = createSerialQueue();
  /** What this firewall put in force last: where it is not so any more, somebody else edited it. */
  let lastScript: string | undefined;

  const isInForce = async (ruleset: Ruleset, signal: AbortSignal | undefined): Promise<boolean> => {
    const listing = await nft.listTable(settings.table, { signal });
    return (
      listing !== undefined && canonicalListing(parseListing(listing)) === canonicalListing(expectedListing(ruleset))
    );
  };

  const enforce = async (ruleset: Ruleset, signal: AbortSignal | undefined): Promise<void> => {
    const script = renderRuleset(ruleset);
    if (!(await isInForce(ruleset, signal))) {
      throwIfAborted(signal);
      await nft.runScript(script);
      const fields = { table: settings.table, ports: countPorts(ruleset) };
      if (lastScript === script) logger.warn('firewall ruleset was edited by somebody else and is repaired', fields);
      else logger.info('firewall ruleset applied', fields);
    }
    lastScript = script;
  };

  return {
    capabilities: { opensPorts: true },
    async apply(ports, { signal } = {}) {
      checkOpenPorts(ports);
      const ruleset = buildRuleset(settings, ports);
      return queue.run(() => enforce(ruleset, signal), { signal });
    },
    clear: ({ signal } = {}) => queue.run(() => nft.runScript(renderRemoval(settings.table)), { signal }),
    async diagnose({ signal } = {}) {
      const listing = parseListing(await nft.listRuleset({ signal }));
      return findObstacles(listing, settings);
    },
  };
}

function countPorts({ sets }: Ruleset): number {
  return sets.reduce((count, { elements }) => count + elements.length, 0);
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
}
