import { DISCONNECT_COMMAND, EdgeApiClient, deviceConfigurationSchema } from '@k4e/core/protocol';
import type { ReceivedDeviceConfiguration } from '@k4e/core/protocol';
import { hasCode } from '@k4e/core';

/** What a device of ours does, without running anything. */
export interface SimulatedDevice {
  register(): Promise<void>;
  /** Fetches what it should be, and says that all of it runs. */
  live(): Promise<ReceivedDeviceConfiguration>;
  /** Whether it is told to disconnect, or is not known any more. */
  isDismissed(): Promise<boolean>;
}

/** Creates a device that talks to the edge API at `url`. */
export function simulateDevice(url: string, id: string): SimulatedDevice {
  const client = new EdgeApiClient({ url });
  return {
    register: () => client.register(id, { os_image_id: 'unknown', hardware: { hostname: id } }),
    async live() {
      const configuration = deviceConfigurationSchema.parse((await client.fetch('data', id))?.content);
      const workloads = configuration.workloads.map(({ name }) => ({ name, status: 'Running' }));
      await client.heartbeat(id, { status: 'up', version: configuration.version, workloads });
      return configuration;
    },
    async isDismissed() {
      try {
        const content = (await client.fetch('control', id))?.content;
        return JSON.stringify(content) === JSON.stringify(DISCONNECT_COMMAND);
      } catch (error) {
        if (hasCode(error, 'LINK_UNKNOWN_DEVICE')) return true;
        throw error;
      }
    },
  };
}
