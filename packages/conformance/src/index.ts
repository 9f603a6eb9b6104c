/**
 * `@k4e/conformance`: one suite for each port of `@k4e/core`. An adapter that passes its suite can be put in the place of
 * ours. The suites are vitest suites: call them in a test file of your own.
 */
export { describeFirewallContract, describeInertFirewallContract } from './firewall/index.ts';
export type { FirewallContractOptions, FirewallFailure, FirewallSubject } from './firewall/index.ts';
export { describeDiskContract } from './disk/index.ts';
export type { DiskContractOptions } from './disk/index.ts';
export { describeStateStoreContract } from './state-store/index.ts';
export type { StateStoreContractOptions, StateStoreSubject } from './state-store/index.ts';
export { describeContainerRuntimeContract } from './container-runtime/index.ts';
export type {
  ContainerRuntimeContractOptions,
  ContainerRuntimeSubject,
  EngineAbility,
} from './container-runtime/index.ts';
export { describeDeviceLinkContract } from './device-link/index.ts';
export type { ControlPlaneEnd, DeviceLinkContractOptions, DeviceLinkSubject } from './device-link/index.ts';
export { LARGE_LIST_ITEMS, describeResourceStoreContract } from './resource-store/index.ts';
export type { ResourceStoreContractOptions, ResourceStoreSubject } from './resource-store/index.ts';
export { describeObjectStoreContract } from './object-store/index.ts';
export type { AccessDefect, ObjectStoreContractOptions, ObjectStoreSubject } from './object-store/index.ts';
export { describeExportFilesContract } from './export-files/index.ts';
export type { ExportFilesContractOptions, ExportFilesSubject, SpecialKind } from './export-files/index.ts';
export { describeUploadJournalContract } from './upload-journal/index.ts';
export type { UploadJournalContractOptions, UploadJournalSubject } from './upload-journal/index.ts';
export { describeBucketProvisionerContract } from './bucket-provisioner/index.ts';
export type {
  BucketProvisionerContractOptions,
  BucketProvisionerSubject,
  RealBuckets,
} from './bucket-provisioner/index.ts';
export { describeWorkerHubContract } from './worker-hub/index.ts';
export type { WorkerHubContractOptions, WorkerHubSubject, WorkersEnd } from './worker-hub/index.ts';
