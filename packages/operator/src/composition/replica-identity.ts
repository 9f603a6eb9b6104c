import { DNS_LABEL_MAX_LENGTH, isDnsLabel } from '@k4e/core';

/** Which replica of the operator a process is. */
export interface ReplicaIdentity {
  /** A DNS label, the same over restarts where the configuration says so. */
  readonly id: string;
  /** What it signs the lease with: another one for each process, so that no two can ever take each other for themselves. */
  readonly holder: string;
}

const SUFFIX_LENGTH = 8;

/** Makes an identity out of the configured name, else out of the host's. `uuid` is a fresh UUID. */
export function replicaIdentity(configured: string | undefined, hostname: string, uuid: string): ReplicaIdentity {
  const suffix = uuid.replaceAll('-', '').slice(0, SUFFIX_LENGTH);
  const [first = ''] = hostname.toLowerCase().split('.');
  const host = isDnsLabel(first) ? first : 'k4e-operator';
  const kept = host.slice(0, DNS_LABEL_MAX_LENGTH - SUFFIX_LENGTH - 1).replace(/-+$/, '');
  return { id: configured ?? `${kept}-${suffix}`, holder: `${configured ?? host}_${uuid}` };
}
