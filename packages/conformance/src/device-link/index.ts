/**
 * The contract of `DeviceLink`: a device that is cut off, lied to or forgotten by its control plane goes on asking, and says
 * how it fares. The same suite holds for every transport.
 */
export { describeDeviceLinkContract } from './device-link-contract.ts';
export type { ControlPlaneEnd, DeviceLinkContractOptions, DeviceLinkSubject } from './device-link-subject.ts';
