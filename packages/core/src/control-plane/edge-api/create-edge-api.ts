import { K4eError, errorText, hasCode, isDnsLabel, isRecord } from '../../foundation/index.ts';
import type { CallOptions, Clock, Logger, MetricsSink, ResourceStore } from '../../ports/index.ts';
import {
  DEVICE_DIRECTIVE,
  DISCONNECT_COMMAND,
  HEARTBEAT_DIRECTIVE,
  REGISTRATION_DIRECTIVE,
  createMessage,
  heartbeatSchema,
  readContent,
  registrationSchema,
} from '../../protocol/index.ts';
import type { DeviceConfiguration, Message } from '../../protocol/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { applyHeartbeat } from '../edge-device/apply-heartbeat.ts';
import { CONNECTION_FINALIZER, FIELD_OWNERS, WORKLOAD_FINALIZER } from '../edge-device/field-owners.ts';
import type { LivenessTracker } from '../edge-device/liveness.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { writeDeviceStatus } from '../write-fields.ts';
import { createDisconnects } from './disconnects.ts';
import type { EdgeApi } from './edge-api.ts';
import { createDeviceFinder } from './find-device.ts';
import { recordDeviceEvents } from './record-device-events.ts';
import { registerDevice } from './register-device.ts';

/** What the edge API needs. */
export interface EdgeApiParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  readonly events: EventRecorder;
  readonly liveness: LivenessTracker;
  readonly uuid: () => string;
  readonly deviceNamespace: string;
  readonly synced: () => boolean;
  readonly cached: (ref: ResourceRef) => EdgeDevice | undefined;
  /** What the device should be now. */
  readonly configuration: (device: EdgeDevice) => DeviceConfiguration;
  /** A device was heard again that was taken for silent. */
  readonly onHeardAgain: (ref: ResourceRef) => void;
}

/** Creates the edge API over caches and store. */
export function createEdgeApi(parts: EdgeApiParts): EdgeApi {
  const { store, clock, logger, events, liveness } = parts;
  const heartbeats = parts.metrics.counter({
    name: 'k4e_heartbeats_total',
    help: 'Heartbeats taken, by what they wrote.',
    labelNames: ['outcome'],
  });
  const registrations = parts.metrics.counter({
    name: 'k4e_registrations_total',
    help: 'Registrations taken.',
    labelNames: ['outcome'],
  });
  const findDevice = createDeviceFinder(parts);
  const disconnects = createDisconnects({ clock, complete: (ref) => void dropFinalizer(ref, CONNECTION_FINALIZER) });

  const refOf = (deviceId: string): ResourceRef => {
    if (!isDnsLabel(deviceId)) {
      const message = 'is not a device id; one is a DNS label: 1 to 63 lower-case letters, digits and inner hyphens';
      throw new K4eError('INVALID_INPUT', { subject: JSON.stringify(deviceId.slice(0, 80)), message, retry: 'never' });
    }
    if (!parts.synced())
      throw new K4eError('STORE_UNAVAILABLE', { message: 'starting: the caches are not filled yet' });
    return { namespace: parts.deviceNamespace, name: deviceId };
  };

  const reply = (content: Omit<Parameters<typeof createMessage>[0], 'responseTo'>): Message =>
    createMessage(content, { nowMs: clock.nowMs(), id: parts.uuid() });

  /** Ends a stage of a deletion. Losing a race is fine: whoever won has done it, or the next poll does. */
  async function dropFinalizer(ref: ResourceRef, finalizer: string): Promise<void> {
    try {
      const device = await store.get(EDGE_DEVICE, ref);
      if (device?.metadata.deletionTimestamp === undefined || !device.metadata.finalizers?.includes(finalizer)) return;
      const own = [CONNECTION_FINALIZER, WORKLOAD_FINALIZER].filter(
        (other) => other !== finalizer && device.metadata.finalizers?.includes(other),
      );
      await setFinalizers(store, EDGE_DEVICE, device, own);
    } catch (error) {
      if (!hasCode(error, 'CONFLICT') && !hasCode(error, 'NOT_FOUND'))
        logger.warn('a finalizer could not be removed', { finalizer, error: errorText(error) });
    }
  }

  async function acceptHeartbeat(ref: ResourceRef, content: unknown, options: CallOptions): Promise<void> {
    const heartbeat = readContent(heartbeatSchema, content, 'heartbeat');
    const device = await findDevice(ref, options);
    if (device.metadata.deletionTimestamp === undefined) liveness.heard(ref);
    if (device.status?.phase === 'unreachable' || device.status?.phase === 'registered') parts.onHeardAgain(ref);
    recordDeviceEvents(events, device, heartbeat.events);
    const decide = (current: EdgeDevice): object | undefined => applyHeartbeat(current, heartbeat, clock.nowMs());
    const wrote = await writeDeviceStatus(store, { ref, owner: FIELD_OWNERS.edgeApi, cached: device, decide }, options);
    heartbeats.add(1, { outcome: wrote ? 'written' : 'unchanged' });
  }

  async function acceptRegistration(ref: ResourceRef, content: unknown, options: CallOptions): Promise<void> {
    const created = await registerDevice(
      parts,
      ref,
      readContent(registrationSchema, content ?? {}, 'registration'),
      options,
    );
    registrations.add(1, { outcome: created ? 'created' : 'known' });
    if (created) logger.info('a device has registered', { device: ref.name });
  }

  return {
    async fetchData(deviceId, options) {
      const ref = refOf(deviceId);
      const device = await findDevice(ref, options);
      if (device.metadata.deletionTimestamp !== undefined) await dropFinalizer(ref, WORKLOAD_FINALIZER);
      return reply({ type: 'data', directive: DEVICE_DIRECTIVE, content: parts.configuration(device) });
    },
    async acceptData(deviceId, message, options = {}) {
      const ref = refOf(deviceId);
      if (message.directive === HEARTBEAT_DIRECTIVE) return acceptHeartbeat(ref, message.content, options);
      if (message.directive === REGISTRATION_DIRECTIVE) return acceptRegistration(ref, message.content, options);
      const subject = `directive ${JSON.stringify((message.directive ?? '').slice(0, 80))}`;
      throw new K4eError('INVALID_INPUT', {
        subject,
        message: `is not known; known are ${REGISTRATION_DIRECTIVE} and ${HEARTBEAT_DIRECTIVE}`,
        retry: 'never',
      });
    },
    async fetchControl(deviceId, options) {
      const ref = refOf(deviceId);
      const { deletionTimestamp, finalizers = [] } = (await findDevice(ref, options)).metadata;
      if (deletionTimestamp === undefined || finalizers.includes(WORKLOAD_FINALIZER)) return undefined;
      disconnects.handedOut(ref);
      return reply({ type: 'command', content: DISCONNECT_COMMAND });
    },
    async acceptControl(deviceId, message) {
      const ref = refOf(deviceId);
      const leaves =
        message.type === 'connection-status' && isRecord(message.content) && message.content['state'] === 'offline';
      if (leaves) disconnects.confirmed(ref);
    },
  };
}
