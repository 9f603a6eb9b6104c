import type { CallOptions, Clock, MetricsSink, ResourceStore } from '../../ports/index.ts';
import { heartbeatSchema, readContent } from '../../protocol/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { FIELD_OWNERS, applyHeartbeat } from '../edge-device/index.ts';
import type { LivenessTracker } from '../edge-device/index.ts';
import { writeDeviceStatus } from '../write-fields.ts';
import { createRecentWrites } from './recent-writes.ts';
import { recordDeviceEvents } from './record-device-events.ts';

/** What taking a heartbeat needs. */
export interface HeartbeatParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly metrics: MetricsSink;
  readonly events: EventRecorder;
  readonly liveness: LivenessTracker;
  readonly findDevice: (ref: ResourceRef, options?: CallOptions) => Promise<EdgeDevice>;
  /** A device was heard that did not count as alive. */
  readonly onHeardAgain: (ref: ResourceRef) => void;
}

/** Phases of devices that are not known to be alive. */
const NOT_ALIVE = ['unreachable', 'registered'];

/**
 * Takes heartbeats: writes what they change, notes that the device lives, passes on its events. Rejects with
 * `INVALID_INPUT` and `NOT_FOUND`.
 */
export function createHeartbeatIntake(
  parts: HeartbeatParts,
): (ref: ResourceRef, content: unknown, options: CallOptions) => Promise<void> {
  const { store, clock, events, liveness, findDevice } = parts;
  const declaration = {
    name: 'k4e_heartbeats_total',
    help: 'Heartbeats taken, by what they wrote.',
    labelNames: ['outcome'],
  };
  const heartbeats = parts.metrics.counter(declaration);
  const recentWrites = createRecentWrites({ clock });
  return async (ref, content, options) => {
    const heartbeat = readContent(heartbeatSchema, content, 'heartbeat');
    const device = await findDevice(ref, options);
    if (device.metadata.deletionTimestamp === undefined) liveness.heard(ref);
    if (NOT_ALIVE.includes(device.status?.phase ?? '')) parts.onHeardAgain(ref);
    recordDeviceEvents(events, device, heartbeat.events);
    const decide = (current: EdgeDevice): object | undefined => applyHeartbeat(current, heartbeat, clock.nowMs());
    const cached = recentWrites.mayPrecede(device) ? undefined : device;
    const written = await writeDeviceStatus(store, { ref, owner: FIELD_OWNERS.edgeApi, cached, decide }, options);
    if (written !== undefined) recentWrites.wrote(written);
    heartbeats.add(1, { outcome: written === undefined ? 'unchanged' : 'written' });
  };
}
