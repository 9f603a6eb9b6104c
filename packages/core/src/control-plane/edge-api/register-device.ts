import { hasCode, jsonEqual } from '../../foundation/index.ts';
import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import type { ReceivedRegistration } from '../../protocol/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { FIELD_OWNERS, featuresOf, mapHardware, reportedFields } from '../edge-device/index.ts';
import { writeDeviceStatus } from '../write-fields.ts';

/** What registering needs. */
export interface RegistrationParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly events: EventRecorder;
  /** Whether the device is there for certain, so that creating it is not tried. */
  readonly isKnown: (ref: ResourceRef) => boolean;
}

async function createDevice(
  { store, clock, events }: RegistrationParts,
  ref: ResourceRef,
  osImageId: string | undefined,
  options: CallOptions,
): Promise<EdgeDevice | undefined> {
  const spec = {
    requestTime: new Date(clock.nowMs()).toISOString(),
    ...(osImageId === undefined || osImageId === '' ? {} : { osImageId }),
  };
  try {
    const device = await store.create(EDGE_DEVICE, { metadata: ref, spec }, options);
    events.record({ about: device, type: 'Normal', reason: 'Registered', message: 'the device has registered' });
    return device;
  } catch (error) {
    if (hasCode(error, 'ALREADY_EXISTS')) return undefined;
    throw error;
  }
}

/**
 * Makes a device known: creates its EdgeDevice, and writes its hardware into the status, and what it can take. Registering again changes
 * nothing else. Resolves to whether it was new.
 */
export async function registerDevice(
  parts: RegistrationParts,
  ref: ResourceRef,
  registration: ReceivedRegistration,
  options: CallOptions = {},
): Promise<boolean> {
  const created = parts.isKnown(ref) ? undefined : await createDevice(parts, ref, registration.os_image_id, options);
  const { hardware: received } = registration;
  const told = { ...(received === undefined ? {} : { hardware: mapHardware(received) }), ...featuresOf(registration) };
  const decide = ({ status }: EdgeDevice): object | undefined => {
    const { features: _featuresBefore, ...before } = reportedFields(status);
    const after = { ...before, ...told };
    return jsonEqual(reportedFields(status), after) ? undefined : after;
  };
  if (received !== undefined || created === undefined || told.features !== undefined) {
    await writeDeviceStatus(parts.store, { ref, owner: FIELD_OWNERS.edgeApi, cached: created, decide }, options);
  }
  return created !== undefined;
}
