import { K4eError, hasCode, isDnsLabel, isRecord } from '../../foundation/index.ts';
import type { CallOptions, Clock, Logger, MetricsSink, ResourceStore } from '../../ports/index.ts';
import {
  DEVICE_DIRECTIVE,
  DISCONNECT_COMMAND,
  FEATURES,
  HEARTBEAT_DIRECTIVE,
  REGISTRATION_DIRECTIVE,
  createMessage,
} from '../../protocol/index.ts';
import type { DeviceConfiguration, Message, MessageParts } from '../../protocol/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { CONNECTION_FINALIZER, WORKLOAD_FINALIZER } from '../edge-device/index.ts';
import type { LivenessTracker } from '../edge-device/index.ts';
import { createHeartbeatIntake } from './accept-heartbeat.ts';
import { createRegistrationIntake } from './accept-registration.ts';
import { createDisconnects } from './disconnects.ts';
import type { EdgeApi } from './edge-api.ts';
import { endDeletionStage } from './end-deletion-stage.ts';
import { createDeviceFinder } from './find-device.ts';

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
  readonly configuration: (device: EdgeDevice, options: CallOptions) => Promise<DeviceConfiguration>;
  /** A device was heard that did not count as alive. */
  readonly onHeardAgain: (ref: ResourceRef) => void;
}

/** Longest part of a text from outside that an error repeats, in characters. */
const QUOTED_LENGTH = 80;

function quote(text: string): string {
  return JSON.stringify(text.slice(0, QUOTED_LENGTH));
}

function createRefReader({ synced, deviceNamespace }: EdgeApiParts): (deviceId: string) => ResourceRef {
  return (deviceId) => {
    if (!isDnsLabel(deviceId)) {
      const message = 'is not a device id; one is a DNS label: 1 to 63 lower-case letters, digits and inner hyphens';
      throw new K4eError('INVALID_INPUT', { subject: quote(deviceId), message, retry: 'never' });
    }
    if (!synced()) throw new K4eError('STORE_UNAVAILABLE', { message: 'starting: the caches are not filled yet' });
    return { namespace: deviceNamespace, name: deviceId };
  };
}

function refuseDirective(directive = ''): never {
  const message = `is not known; known are ${REGISTRATION_DIRECTIVE} and ${HEARTBEAT_DIRECTIVE}`;
  throw new K4eError('INVALID_INPUT', { subject: `directive ${quote(directive)}`, message, retry: 'never' });
}

function isGoodbye({ type, content }: Message): boolean {
  return type === 'connection-status' && isRecord(content) && content.state === 'offline';
}

/** Whether all that is left of its deletion is that the device goes. */
function isToGo({ metadata }: EdgeDevice): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && !finalizers.includes(WORKLOAD_FINALIZER);
}

function confirmsDisconnect({ status }: EdgeDevice): boolean {
  return status?.features?.includes(FEATURES.confirmsDisconnect) === true;
}

function absent(error: unknown): undefined {
  if (!hasCode(error, 'NOT_FOUND')) throw error;
  return undefined;
}

/** Creates the edge API over caches and store. */
export function createEdgeApi(parts: EdgeApiParts): EdgeApi {
  const { clock } = parts;
  const refOf = createRefReader(parts);
  const findDevice = createDeviceFinder(parts);
  const acceptHeartbeat = createHeartbeatIntake({ ...parts, findDevice });
  const acceptRegistration = createRegistrationIntake(parts);
  const complete = (ref: ResourceRef): void => void endDeletionStage(parts, ref, CONNECTION_FINALIZER);
  const disconnects = createDisconnects({ clock, complete });
  const reply = (content: MessageParts): Message => createMessage(content, { nowMs: clock.nowMs(), id: parts.uuid() });
  return {
    async fetchData(deviceId, options = {}) {
      const ref = refOf(deviceId);
      const device = await findDevice(ref, options);
      const { deletionTimestamp, finalizers = [] } = device.metadata;
      if (deletionTimestamp !== undefined && finalizers.includes(WORKLOAD_FINALIZER))
        await endDeletionStage(parts, ref, WORKLOAD_FINALIZER, options);
      return reply({ type: 'data', directive: DEVICE_DIRECTIVE, content: await parts.configuration(device, options) });
    },
    async acceptData(deviceId, { directive, content }, options = {}) {
      const ref = refOf(deviceId);
      if (directive === HEARTBEAT_DIRECTIVE) return acceptHeartbeat(ref, content, options);
      if (directive === REGISTRATION_DIRECTIVE) return acceptRegistration(ref, content, options);
      refuseDirective(directive);
    },
    async fetchControl(deviceId, options) {
      const ref = refOf(deviceId);
      const device = await findDevice(ref, options);
      if (!isToGo(device)) return undefined;
      if (!confirmsDisconnect(device)) disconnects.handedOut(ref);
      return reply({ type: 'command', content: DISCONNECT_COMMAND });
    },
    async acceptControl(deviceId, message, options) {
      const ref = refOf(deviceId);
      if (!isGoodbye(message)) return;
      disconnects.confirmed(ref);
      // Any replica may have told it to go.
      const device = await findDevice(ref, options).catch(absent);
      if (device !== undefined && isToGo(device) && confirmsDisconnect(device))
        await endDeletionStage(parts, ref, CONNECTION_FINALIZER, options);
    },
  };
}
