import { K4eError, hasCode, isDnsLabel, isRecord } from '../../foundation/index.ts';
import type { CallOptions, MetricsSink } from '../../ports/index.ts';
import { HEARTBEAT_DIRECTIVE, REGISTRATION_DIRECTIVE } from '../../protocol/index.ts';
import type { Channel, Message } from '../../protocol/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { CONNECTION_FINALIZER } from '../edge-device/index.ts';
import type { LivenessTracker } from '../edge-device/index.ts';
import { createHeartbeatIntake } from './accept-heartbeat.ts';
import { createRegistrationIntake } from './accept-registration.ts';
import { createDisconnects } from './disconnects.ts';
import type { EdgeApi, EdgeReply } from './edge-api.ts';
import { endDeletionStage } from './end-deletion-stage.ts';
import { createDeviceFinder } from './find-device.ts';
import type { HeldPolls } from './held-polls.ts';
import { holdPoll } from './hold-poll.ts';
import { confirmsDisconnect, createLooks, isToGo } from './look-for-device.ts';
import type { LookParts } from './look-for-device.ts';

/** What the edge API needs. */
export interface EdgeApiParts extends Omit<LookParts, 'findDevice' | 'disconnects'> {
  readonly metrics: MetricsSink;
  readonly events: EventRecorder;
  readonly liveness: LivenessTracker;
  readonly deviceNamespace: string;
  readonly synced: () => boolean;
  readonly cached: (ref: ResourceRef) => EdgeDevice | undefined;
  readonly heldPolls: HeldPolls;
  /** A device was heard that did not count as alive. */
  readonly onHeardAgain: (ref: ResourceRef) => void;
}

/** Longest part of a text from outside that an error repeats, in characters. */
const QUOTED_LENGTH = 80;
const MS_PER_SECOND = 1_000;

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
  const looks = createLooks({ ...parts, findDevice, disconnects });
  const fetch = async (channel: Channel, deviceId: string, options: CallOptions = {}): Promise<EdgeReply> =>
    (await looks[channel](refOf(deviceId), options)).reply();
  return {
    fetchData: (deviceId, options) => fetch('data', deviceId, options),
    fetchControl: (deviceId, options) => fetch('control', deviceId, options),
    async poll(channel, deviceId, { tag, waitSeconds }, options = {}) {
      const ref = refOf(deviceId);
      const waitMs = waitSeconds * MS_PER_SECOND;
      const place = waitMs === 0 ? undefined : parts.heldPolls.admit(ref, { waitMs, signal: options.signal });
      try {
        return await holdPoll({ tag, place, look: () => looks[channel](ref, options) });
      } finally {
        place?.leave();
      }
    },
    letGo: () => parts.heldPolls.close(),
    async acceptData(deviceId, { directive, content }, options = {}) {
      const ref = refOf(deviceId);
      if (directive === HEARTBEAT_DIRECTIVE) return acceptHeartbeat(ref, content, options);
      if (directive === REGISTRATION_DIRECTIVE) return acceptRegistration(ref, content, options);
      refuseDirective(directive);
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
