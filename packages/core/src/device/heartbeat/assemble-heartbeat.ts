import { MAX_BODY_BYTES, formatWireDate } from '../../protocol/index.ts';
import type { DeviceEvent, HardwareInfo, Heartbeat } from '../../protocol/index.ts';
import type { WorkloadReport } from '../workloads/index.ts';

/** Largest heartbeat, in bytes of its JSON: a body without the envelope. */
export const MAX_HEARTBEAT_BYTES = MAX_BODY_BYTES - 8_192;

/** Everything that a heartbeat says. */
export interface HeartbeatFacts {
  /** Wall-clock time, and monotonic time of the same moment, in milliseconds. */
  readonly nowMs: number;
  readonly monotonicMs: number;
  /** Version of the configuration in force; absent before the first. */
  readonly version: string | undefined;
  readonly workloads: readonly WorkloadReport[];
  /** Whether something is wrong with the device itself. */
  readonly isTroubled: boolean;
  readonly hardware: HardwareInfo | undefined;
  readonly events: readonly DeviceEvent[];
}

/** A heartbeat, and what it had no room for. */
export interface AssembledHeartbeat {
  readonly heartbeat: Heartbeat;
  readonly hasHardware: boolean;
  readonly hasEvents: boolean;
}

/**
 * Makes a heartbeat (wire: upstream peers only ever say `up`, and take any status): `degraded` when the device or a
 * workload is in trouble, else `up`. Over `MAX_HEARTBEAT_BYTES` the hardware is left out, then the events. Pure.
 */
export function assembleHeartbeat(facts: HeartbeatFacts): AssembledHeartbeat {
  const isDegraded = facts.isTroubled || facts.workloads.some(({ message }) => message !== undefined);
  const core: Heartbeat = {
    time: formatWireDate(facts.nowMs),
    status: isDegraded ? 'degraded' : 'up',
    ...(facts.version === undefined || facts.version === '' ? {} : { version: facts.version }),
    workloads: facts.workloads.map((report) => workloadStatus(report, facts)),
  };
  const events = facts.events.length === 0 ? {} : { events: [...facts.events] };
  const hardware = facts.hardware === undefined ? {} : { hardware: facts.hardware };
  const choices = [
    { ...core, ...hardware, ...events },
    { ...core, ...events },
  ];
  const heartbeat = choices.find(fits) ?? core;
  return { heartbeat, hasHardware: heartbeat.hardware !== undefined, hasEvents: heartbeat.events !== undefined };
}

function workloadStatus(
  { name, status, message, retryAtMs }: WorkloadReport,
  { nowMs, monotonicMs }: HeartbeatFacts,
): NonNullable<Heartbeat['workloads']>[number] {
  const isComing = retryAtMs !== undefined && retryAtMs > monotonicMs;
  return {
    name,
    status,
    ...(message === undefined ? {} : { message }),
    ...(isComing ? { next_retry: formatWireDate(nowMs + retryAtMs - monotonicMs) } : {}),
  };
}

function fits(heartbeat: Heartbeat): boolean {
  return Buffer.byteLength(JSON.stringify(heartbeat)) <= MAX_HEARTBEAT_BYTES;
}
