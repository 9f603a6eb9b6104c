import type { DeviceStatus, WorkloadStatus } from '@k4e/core/device';
import type { MachineAddress } from '../hardware/index.ts';
import type { ProcessIdentity } from '../processes/index.ts';
import { plainText } from './plain-text.ts';
import {
  MAX_LISTED_ADDRESSES,
  MAX_LISTED_WORKLOADS,
  MAX_STATUS_MESSAGE,
  MAX_STATUS_NAME,
  MAX_STATUS_URL,
} from './status-file-schema.ts';
import type { StatusFile } from './status-file-schema.ts';

/** What is said of a device beside its status, and stays the same while the process lives. */
export interface StatusOrigin {
  readonly deviceId: string;
  /** Absent where only the gateway knows it. */
  readonly controlPlaneUrl?: string | undefined;
  readonly agentVersion: string;
}

/** Everything that a status is made of. */
export interface StatusFacts extends StatusOrigin {
  readonly process: ProcessIdentity;
  readonly status: DeviceStatus;
  readonly addresses: readonly MachineAddress[];
  /** Wall-clock time, and monotonic time of the same moment, in milliseconds. */
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** Podman's word for a pod all of whose containers run. */
const RUNNING = 'Running';

/** The status of a device as it stands in its file: bounded, plain, without secrets. Pure. */
export function describeStatus(facts: StatusFacts): StatusFile {
  const { status, process, addresses, nowMs, monotonicMs } = facts;
  const at = (sinceMs: number): string => new Date(nowMs - (monotonicMs - sinceMs)).toISOString();
  const { link, appliedVersion, lastFault } = status;
  const url = publicUrl(facts.controlPlaneUrl);
  return {
    time: new Date(nowMs).toISOString(),
    deviceId: named(facts.deviceId),
    agent: { version: named(facts.agentVersion), ...process },
    controlPlane: {
      ...(url === undefined ? {} : { url }),
      ...{ state: link.state, since: at(link.sinceMs) },
      ...(link.cause === undefined ? {} : { cause: said(link.cause) }),
    },
    addresses: addresses
      .slice(0, MAX_LISTED_ADDRESSES)
      .map((entry) => ({ interface: named(entry.interface), address: named(entry.address) })),
    configuration: appliedVersion === undefined ? {} : { version: named(appliedVersion) },
    workloads: countWorkloads(status.workloads),
    troubles: status.troubles.map(({ part, message }) => ({ part, message: said(message) })),
    ...(lastFault === undefined
      ? {}
      : { lastError: { message: said(lastFault.message), since: at(lastFault.sinceMs) } }),
  };
}

function countWorkloads(workloads: readonly WorkloadStatus[]): StatusFile['workloads'] {
  const wanted = workloads.filter(({ isWanted }) => isWanted);
  const listed = [...wanted, ...workloads.filter(({ isWanted }) => !isWanted)].slice(0, MAX_LISTED_WORKLOADS);
  return {
    wanted: wanted.length,
    running: wanted.filter(({ status }) => status === RUNNING).length,
    list: listed.map(({ name, status, isWanted, message }) => ({
      ...{ name: named(name), phase: named(status), isWanted },
      ...(message === undefined ? {} : { reason: said(message) }),
    })),
  };
}

/** Without who logs in there, and without what a query may hold. */
function publicUrl(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url === null
    ? undefined
    : plainText(`${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`, MAX_STATUS_URL);
}

function named(text: string): string {
  return plainText(text, MAX_STATUS_NAME);
}

function said(text: string): string {
  return plainText(text, MAX_STATUS_MESSAGE);
}
