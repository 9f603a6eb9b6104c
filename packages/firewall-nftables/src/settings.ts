import { K4eError } from '@k4e/core';
import { checkOpenPorts } from '@k4e/core/ports';
import { DECLARED_PORT_MARK } from './declared-port-mark.ts';

/** A port that stays open whatever is declared, such as the device's own remote access. */
export interface KeptPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

/** What the ruleset is built from, besides the ports. */
export interface FirewallSettings {
  readonly table: string;
  readonly policy: 'accept' | 'drop';
  readonly keepOpen: readonly KeptPort[];
  readonly containerInterfaces: readonly string[];
  readonly mark: number;
}

/** Remote access: a device that nobody can reach is lost. */
export const DEFAULT_KEEP_OPEN: readonly KeptPort[] = [{ port: 22, protocol: 'tcp' }];

/** The bridges that podman makes, with netavark and with CNI. */
export const DEFAULT_CONTAINER_INTERFACES: readonly string[] = ['podman*', 'cni-podman*'];

/** Our tables begin with `k4e`: no word of nft's own does, and no table of anybody else's can be meant. */
const TABLE_NAME = /^k4e[a-z0-9_]{0,27}$/;

/** An interface name of at most 15 characters; a trailing `*` stands for any ending. */
const INTERFACE_NAME = /^(?=.{1,15}$)[A-Za-z0-9._-]+\*?$/;

/** Fills in the defaults. Throws `CONFIG_INVALID` for what cannot be written into a ruleset. */
export function resolveSettings(given: Partial<FirewallSettings>): FirewallSettings {
  const settings: FirewallSettings = {
    table: given.table ?? 'k4e',
    policy: given.policy ?? 'accept',
    keepOpen: given.keepOpen ?? DEFAULT_KEEP_OPEN,
    containerInterfaces: given.containerInterfaces ?? DEFAULT_CONTAINER_INTERFACES,
    mark: given.mark ?? DECLARED_PORT_MARK,
  };
  const badInterface = settings.containerInterfaces.find((name) => !INTERFACE_NAME.test(name));
  if (!TABLE_NAME.test(settings.table)) refuse(settings.table, `a table name must match ${TABLE_NAME.source}`);
  if (badInterface !== undefined) refuse(badInterface, `an interface name must match ${INTERFACE_NAME.source}`);
  if (!isOneBit(settings.mark)) refuse(String(settings.mark), 'the mark must be one bit of 32');
  checkOpenPorts(settings.keepOpen.map((kept) => ({ ...kept, workload: 'keepOpen' })));
  return settings;
}

function isOneBit(mark: number): boolean {
  return Number.isInteger(mark) && mark > 0 && mark <= 0x8000_0000 && Number.isInteger(Math.log2(mark));
}

function refuse(subject: string, message: string): never {
  throw new K4eError('CONFIG_INVALID', { subject, message, retry: 'never' });
}
