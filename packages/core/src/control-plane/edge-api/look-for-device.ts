import type { CallOptions, Clock, Logger, ResourceStore } from '../../ports/index.ts';
import { DEVICE_DIRECTIVE, DISCONNECT_COMMAND, FEATURES, createMessage } from '../../protocol/index.ts';
import type { Channel, Message, MessageParts } from '../../protocol/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import type { AssembledConfiguration } from '../configuration/index.ts';
import { WORKLOAD_FINALIZER } from '../edge-device/index.ts';
import { newestRevision } from './delivery.ts';
import type { Delivery } from './delivery.ts';
import type { Disconnects } from './disconnects.ts';
import { endDeletionStage } from './end-deletion-stage.ts';

/** What it takes to say what waits for a device. */
export interface LookParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly uuid: () => string;
  readonly findDevice: (ref: ResourceRef, options?: CallOptions) => Promise<EdgeDevice>;
  readonly disconnects: Pick<Disconnects, 'handedOut'>;
  /** What the device should be now. */
  readonly configuration: (device: EdgeDevice, options: CallOptions) => Promise<AssembledConfiguration>;
  /** What that is made of. */
  readonly sources: (device: EdgeDevice) => Parameters<typeof newestRevision>[0];
}

/** Finds what waits for a device on a channel. Rejects with `NOT_FOUND`, and as the store does. */
export type Look = (ref: ResourceRef, options: CallOptions) => Promise<Delivery>;

/** Creates the look of each channel. One at the configuration ends the first stage of a device's deletion. */
export function createLooks(parts: LookParts): Readonly<Record<Channel, Look>> {
  const { clock, findDevice, disconnects } = parts;
  const reply = (content: MessageParts): Message => createMessage(content, { nowMs: clock.nowMs(), id: parts.uuid() });
  return {
    async data(ref, options) {
      const device = await findDevice(ref, options);
      const { deletionTimestamp, finalizers = [] } = device.metadata;
      if (deletionTimestamp !== undefined && finalizers.includes(WORKLOAD_FINALIZER))
        await endDeletionStage(parts, ref, WORKLOAD_FINALIZER, options);
      const content = await parts.configuration(device, options);
      return {
        name: content.version,
        revision: newestRevision(parts.sources(device)),
        reply: () => reply({ type: 'data', directive: DEVICE_DIRECTIVE, content }),
      };
    },
    async control(ref, options) {
      const device = await findDevice(ref, options);
      if (!isToGo(device)) return { name: 'idle', reply: () => undefined };
      return {
        name: DISCONNECT_COMMAND.command,
        reply: () => {
          if (!confirmsDisconnect(device)) disconnects.handedOut(ref);
          return reply({ type: 'command', content: DISCONNECT_COMMAND });
        },
      };
    },
  };
}

/** Whether all that is left of its deletion is that the device goes. */
export function isToGo({ metadata }: EdgeDevice): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && !finalizers.includes(WORKLOAD_FINALIZER);
}

/** Whether the device says that it has gone. */
export function confirmsDisconnect({ status }: EdgeDevice): boolean {
  return status?.features?.includes(FEATURES.confirmsDisconnect) === true;
}
