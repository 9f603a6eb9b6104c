import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, Clock, Logger, MetricsSink, ResourceStore } from '../../ports/index.ts';
import { readContent, registrationSchema } from '../../protocol/index.ts';
import { createTokenBucket } from '../../reconcile/index.ts';
import type { EventRecorder, RateLimit } from '../../reconcile/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { registerDevice } from './register-device.ts';

/**
 * Devices that may become known. Nobody has to prove who they are in this version of the protocol, so this is what keeps a
 * flood of invented devices from filling the store at the speed of the network; a fleet of 10,000 is in within a minute.
 */
export const NEW_DEVICE_RATE: RateLimit = { perSecond: 200, burst: 1_000 };

/** What taking a registration needs. */
export interface RegistrationIntakeParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  readonly events: EventRecorder;
  readonly cached: (ref: ResourceRef) => EdgeDevice | undefined;
}

/**
 * Takes registrations. Rejects with `INVALID_INPUT`, and with `STORE_UNAVAILABLE` and a time to try again when more devices
 * are new than `NEW_DEVICE_RATE` allows.
 */
export function createRegistrationIntake(
  parts: RegistrationIntakeParts,
): (ref: ResourceRef, content: unknown, options: CallOptions) => Promise<void> {
  const declaration = { name: 'k4e_registrations_total', help: 'Registrations taken.', labelNames: ['outcome'] };
  const registrations = parts.metrics.counter(declaration);
  const newDevices = createTokenBucket({ ...NEW_DEVICE_RATE, clock: parts.clock });
  const isKnown = (ref: ResourceRef): boolean => parts.cached(ref) !== undefined;
  return async (ref, content, options) => {
    const registration = readContent(registrationSchema, content ?? {}, 'registration');
    if (!isKnown(ref) && !newDevices.tryTake()) {
      registrations.add(1, { outcome: 'deferred' });
      const message = 'too many new devices at once; try again';
      throw new K4eError('STORE_UNAVAILABLE', {
        subject: ref.name,
        message,
        retry: { afterMs: newDevices.msUntilToken() },
      });
    }
    const created = await registerDevice({ ...parts, isKnown }, ref, registration, options);
    registrations.add(1, { outcome: created ? 'created' : 'known' });
    if (created) parts.logger.info('a device has registered', { device: ref.name });
  };
}
