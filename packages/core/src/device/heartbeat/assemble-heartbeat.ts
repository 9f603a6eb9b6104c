import { MAX_BODY_BYTES, formatWireDate } from '../../protocol/index.ts';
import type { DeviceEvent, HardwareInfo, Heartbeat } from '../../protocol/index.ts';
import type { UploadReport } from '../uploads/index.ts';
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
  /** By workload. */
  readonly uploads: ReadonlyMap<string, UploadReport>;
  /** What the device can take: see `FEATURES`. */
  readonly features: readonly string[];
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
    ...(facts.features.length === 0 ? {} : { features: [...facts.features] }),
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

type WorkloadStatus = NonNullable<Heartbeat['workloads']>[number];

function workloadStatus({ name, status, message, retryAtMs }: WorkloadReport, facts: HeartbeatFacts): WorkloadStatus {
  return {
    name,
    status,
    ...(message === undefined ? {} : { message }),
    ...nextRetry(retryAtMs, facts),
    ...uploadStatus(facts.uploads.get(name), facts),
  };
}

/** Of a workload without paths there is none (wire: upstream never sends a time for it either). */
function uploadStatus(report: UploadReport | undefined, facts: HeartbeatFacts): Partial<WorkloadStatus> {
  if (report === undefined) return {};
  const { pending, problem, lastUploadMs } = report;
  return {
    ...(lastUploadMs === undefined ? {} : { last_data_upload: formatWireDate(lastUploadMs) }),
    upload: {
      ...(pending === undefined ? {} : { pending_files: pending.files, pending_bytes: pending.bytes }),
      ...(problem?.code === undefined ? {} : { reason: problem.code }),
      ...(problem === undefined ? {} : { message: problem.message, ...nextRetry(problem.retryAtMs, facts) }),
    },
  };
}

function nextRetry(
  retryAtMs: number | undefined,
  { nowMs, monotonicMs }: HeartbeatFacts,
): { readonly next_retry?: string } {
  const isComing = retryAtMs !== undefined && retryAtMs > monotonicMs;
  return isComing ? { next_retry: formatWireDate(nowMs + retryAtMs - monotonicMs) } : {};
}

function fits(heartbeat: Heartbeat): boolean {
  return Buffer.byteLength(JSON.stringify(heartbeat)) <= MAX_HEARTBEAT_BYTES;
}
