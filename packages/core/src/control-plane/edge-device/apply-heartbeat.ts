import { jsonEqual } from '../../foundation/index.ts';
import type { ReceivedHeartbeat, ReceivedWorkloadStatus } from '../../protocol/index.ts';
import { CONDITION_MESSAGE_MAX_LENGTH } from '../../resources/index.ts';
import type { DeviceDeployment, EdgeDevice, HardwareStatus } from '../../resources/index.ts';
import { readDeviceTimes } from './device-times.ts';
import type { DeviceTimes } from './device-times.ts';
import { mapHardware, mergeHardware } from './map-hardware.ts';
import { featuresOf, hasCaughtUp, reportUpload, withoutUploadFigures } from './report-upload.ts';
import { isAssigned, reportedFields } from './reported-fields.ts';
import type { ReportedDeployment, ReportedFields } from './reported-fields.ts';

/** Longest time between two writes of `lastSeenTime` while nothing else changes: five minutes. */
export const LIVENESS_STAMP_INTERVAL_MS = 300_000;

/** Longest phase, in characters. */
const MAX_PHASE_LENGTH = 63;

function reportDeployment(
  entry: DeviceDeployment,
  report: ReceivedWorkloadStatus,
  now: string,
  ours: DeviceTimes,
): ReportedDeployment {
  const phase = (report.status ?? entry.phase).slice(0, MAX_PHASE_LENGTH);
  const lastDataUpload = ours(report.last_data_upload, entry.lastDataUpload) ?? entry.lastDataUpload;
  const nextRetryTime = ours(report.next_retry, entry.nextRetryTime);
  const unchanged = entry.phase === phase && entry.lastTransitionTime !== undefined;
  return {
    name: entry.name,
    phase,
    lastTransitionTime: unchanged ? entry.lastTransitionTime : now,
    ...(lastDataUpload === undefined ? {} : { lastDataUpload }),
    ...(report.message === undefined || report.message === ''
      ? {}
      : { message: report.message.slice(0, CONDITION_MESSAGE_MAX_LENGTH) }),
    ...(nextRetryTime === undefined ? {} : { nextRetryTime }),
    ...reportUpload(report, ours),
  };
}

function reportHardware(device: EdgeDevice, heartbeat: ReceivedHeartbeat): HardwareStatus | undefined {
  const known = device.status?.hardware;
  if (heartbeat.hardware === undefined) return known;
  const reported = mapHardware(heartbeat.hardware);
  return device.spec?.heartbeat?.hardwareProfile?.scope === 'delta' ? mergeHardware(known, reported) : reported;
}

/**
 * What a heartbeat makes of the edge API's part of a status, or `undefined` when there is nothing to write: nothing but
 * figures of uploads changed and files are still pending, the last stamp is younger than `LIVENESS_STAMP_INTERVAL_MS`, and
 * the device does not count as gone. Workloads that the device should not have are ignored; entries that it does not report
 * keep what they had (wire: upstream's merge rule). Times are by the control plane's clock, whatever the device's shows.
 */
export function applyHeartbeat(
  device: EdgeDevice,
  heartbeat: ReceivedHeartbeat,
  nowMs: number,
): ReportedFields | undefined {
  const now = new Date(nowMs).toISOString();
  const ours = readDeviceTimes(heartbeat.time, nowMs);
  const before = reportedFields(device.status);
  const reports = new Map(heartbeat.workloads.map((workload) => [workload.name, workload]));
  const kept = new Map(before.deployments.map((entry) => [entry.name, entry]));
  const deployments = (device.status?.deployments ?? []).filter(isAssigned).flatMap((entry) => {
    const report = reports.get(entry.name);
    return report === undefined ? (kept.get(entry.name) ?? []) : reportDeployment(entry, report, now, ours);
  });
  const hardware = reportHardware(device, heartbeat);
  const { features: _featuresBefore, ...lasting } = before;
  const after: ReportedFields = {
    ...lasting,
    ...featuresOf(heartbeat),
    reportedPhase: (heartbeat.status ?? 'up').slice(0, MAX_PHASE_LENGTH),
    ...(heartbeat.version === undefined || heartbeat.version === ''
      ? {}
      : { lastSyncedResourceVersion: heartbeat.version }),
    ...(hardware === undefined ? {} : { hardware }),
    deployments,
  };
  const stampedMs = before.lastSeenTime === undefined ? undefined : Date.parse(before.lastSeenTime);
  const thoughtGone = device.status?.phase === 'unreachable' || device.status?.phase === 'registered';
  const stampDue = stampedMs === undefined || thoughtGone || Math.abs(nowMs - stampedMs) >= LIVENESS_STAMP_INTERVAL_MS;
  const isNews = hasCaughtUp(before, after) || !jsonEqual(withoutUploadFigures(before), withoutUploadFigures(after));
  return stampDue || isNews ? { ...after, lastSeenTime: now } : undefined;
}
