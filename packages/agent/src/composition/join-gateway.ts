import type { Device, DeviceOutcome } from '@k4e/core/device';
import type { Gateway } from '@k4e/core/gateway';
import type { InProcessLink } from '@k4e/core/link';

/** What is joined. */
export interface JoinedParts {
  readonly device: Device;
  readonly gateway: Gateway;
  /** The device's way to the gateway. */
  readonly link: InProcessLink;
  /** Resolves when the device can talk to the gateway. */
  readonly listening: Promise<unknown>;
}

/**
 * A device and its gateway as one: they begin together, and neither stays when the other has ended. A device that is let go is
 * so for both, whoever of the two knows of it; the outcome is `disconnected` when both have done what there was to do.
 */
export function joinGateway({ device, gateway, link, listening }: JoinedParts): Device {
  return {
    workloads: () => device.workloads(),
    appliedVersion: () => device.appliedVersion(),
    status: () => device.status(),
    async run({ signal }) {
      const failed = new AbortController();
      const deviceEnded = new AbortController();
      const running = AbortSignal.any([signal, failed.signal]);
      const guard = <Outcome>(run: Promise<Outcome>): Promise<Outcome> =>
        run.catch((error: unknown) => {
          failed.abort();
          throw error;
        });
      const runGateway = async (): Promise<DeviceOutcome> => {
        const outcome = await gateway.run({ signal: AbortSignal.any([running, deviceEnded.signal]) });
        if (outcome === 'disconnected') link.letGo();
        return outcome;
      };
      const runDevice = async (): Promise<DeviceOutcome> => {
        await Promise.race([listening, gatewayEnded]);
        const outcome = await device.run({ signal: running }).finally(() => link.close());
        if (outcome === 'disconnected') gateway.leave();
        else deviceEnded.abort();
        return outcome;
      };
      const gatewayRun = guard(runGateway());
      const gatewayEnded = gatewayRun.catch(() => undefined);
      const outcomes = await Promise.allSettled([gatewayRun, guard(runDevice())]);
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
      const areLetGo = outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value === 'disconnected');
      return areLetGo ? 'disconnected' : 'stopped';
    },
  };
}
