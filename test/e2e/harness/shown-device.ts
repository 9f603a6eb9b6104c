import type { Condition, DeviceDeployment, EdgeDevice } from '@k4e/core/resources';
import type { FleetOfOne } from './fleet-of-one.ts';

/** What of a fleet these look at. */
type Fleet = Pick<FleetOfOne, 'cluster' | 'deviceId'>;

/** The device as it is shown. Throws when there is none. */
export async function shownDevice({ cluster, deviceId }: Fleet): Promise<EdgeDevice> {
  const device = await cluster.device(deviceId);
  if (device === undefined) throw new Error(`there is no device ${deviceId}`);
  return device;
}

/** How a deployment on the device is shown. Throws when it is not. */
export async function shownDeployment(fleet: Fleet, name: string): Promise<DeviceDeployment> {
  const { status } = await shownDevice(fleet);
  const found = status?.deployments?.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`${name} is not shown on the device`);
  return found;
}

/** A condition of the device. Throws when it has none of that type. */
export async function shownCondition(fleet: Fleet, type: string): Promise<Condition> {
  const { status } = await shownDevice(fleet);
  const found = status?.conditions?.find((condition) => condition.type === type);
  if (found === undefined) throw new Error(`the device has no condition ${type}`);
  return found;
}
