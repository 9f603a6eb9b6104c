import { X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { K4eError } from '@k4e/core';
import type { CanonicalFacts } from '@k4e/core/gateway';
import type { CallOptions } from '@k4e/core/ports';
import { MAX_HARDWARE_ITEMS } from '@k4e/core/protocol';
import { createSystemFiles, wireValue } from '../hardware/index.ts';
import type { SystemFiles } from '../hardware/index.ts';

/** What the operating system says of itself, apart from files. */
export interface FactsSystem {
  hostname(): string;
  networkInterfaces(): Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

/** Where to look. */
export interface MachineFactsOptions {
  /** The directory that `etc` and `sys` are in. Default `/`. */
  readonly root?: string;
  /** Default: this machine's. */
  readonly system?: FactsSystem;
}

const NO_MAC = '00:00:00:00:00:00';
const LINK_LOCAL = /^(169\.254\.|fe[89ab][0-9a-f]:)/i;

/**
 * Collects who this machine is (wire: canonical facts, as yggdrasil has them). What is missing, unreadable or no id is left
 * out: nothing here is needed. Rejects with `ABORTED` only.
 */
export function createFactsCollector(
  options: MachineFactsOptions = {},
): (call?: CallOptions) => Promise<CanonicalFacts> {
  const files = createSystemFiles(options.root ?? '/');
  const system = options.system ?? { hostname, networkInterfaces };
  return async ({ signal } = {}) => {
    const [insightsId, machineId, biosUuid, subscriptionId] = await Promise.all([
      files.value('etc/insights-client/machine-id').then(dashedUuid),
      files.value('etc/machine-id').then(dashedUuid),
      files.value('sys/class/dmi/id/product_uuid').then(dashedUuid),
      consumerName(files),
    ]);
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    const fqdn = wireValue(system.hostname());
    return {
      ...(insightsId === undefined ? {} : { insights_id: insightsId }),
      ...(machineId === undefined ? {} : { machine_id: machineId }),
      ...(biosUuid === undefined ? {} : { bios_uuid: biosUuid }),
      ...(subscriptionId === undefined ? {} : { subscription_manager_id: subscriptionId }),
      ...addressesOf(system),
      ...(fqdn === undefined ? {} : { fqdn }),
    };
  };
}

/** Addresses that others could reach the machine by. */
function addressesOf(system: FactsSystem): Required<Pick<CanonicalFacts, 'ip_addresses' | 'mac_addresses'>> {
  const infos = Object.values(system.networkInterfaces()).flatMap((list) => list ?? []);
  const outward = infos.filter(({ internal }) => !internal);
  const unique = (texts: readonly string[]): string[] => [...new Set(texts)].slice(0, MAX_HARDWARE_ITEMS);
  return {
    ip_addresses: unique(outward.map(({ address }) => address).filter((address) => !LINK_LOCAL.test(address))),
    mac_addresses: unique(outward.map(({ mac }) => mac).filter((mac) => mac !== NO_MAC)),
  };
}

/** An id of 32 hexadecimal digits, with or without dashes, as yggdrasil writes it. */
function dashedUuid(text: string | undefined): string | undefined {
  const hex = text?.toLowerCase().replaceAll('-', '') ?? '';
  if (!/^[0-9a-f]{32}$/.test(hex)) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Who the machine is to its subscription: the name in its certificate. */
async function consumerName(files: SystemFiles): Promise<string | undefined> {
  const pem = await files.text('etc/pki/consumer/cert.pem');
  if (pem === undefined) return undefined;
  try {
    const { subject } = new X509Certificate(pem);
    return wireValue(/^CN=(.+)$/m.exec(subject)?.[1]);
  } catch {
    return undefined;
  }
}
