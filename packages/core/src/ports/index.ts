/**
 * The seams: every place where k4e meets something that a third party may bring. Ports speak k4e's nouns and no
 * vendor's. Each has a contract suite in `@k4e/conformance`; a port's table of outcomes is that suite's contents.
 */
export type { CallOptions } from './call-options.ts';
export type { Clock } from './clock.ts';
export type { Disk, DiskRoom } from './disk.ts';
export type { LogFields, Logger } from './logger.ts';
export type { MetricDeclaration, MetricLabels, MetricsSink } from './metrics-sink.ts';
export { MAX_STATE_DOCUMENT_BYTES } from './state-store.ts';
export { checkStateDocument } from './check-state-document.ts';
export type { StateStore } from './state-store.ts';
export { MAX_OPEN_PORTS, checkOpenPorts } from './check-open-ports.ts';
export type { Firewall, FirewallCapabilities, FirewallObstacle, OpenPort } from './firewall.ts';
export { MAX_POD_NOTE_LENGTH, MAX_PROBE_REASON_LENGTH, MAX_RUNTIME_REPAIRS } from './container-runtime.ts';
export type {
  ContainerRuntime,
  ContainerState,
  ObservedContainer,
  ObservedPod,
  PodRequest,
  ProbeAction,
  ProbeOutcome,
  ProbeTarget,
  RuntimeCapabilities,
  RuntimeRepair,
} from './container-runtime.ts';
export type { ApplyOptions, ResourceList, ResourceScope, ResourceStore, WatchEvent } from './resource-store.ts';
export { checkWorkloadName } from './check-workload-name.ts';
export type { WorkloadVolumes } from './workload-volumes.ts';
export { MAX_EXPORT_LINKS, MAX_WALK_BATCH, MAX_WALK_DEPTH, MAX_WALK_ENTRIES } from './export-files.ts';
export { MAX_EXPORT_PATH_BYTES, parseExportPath } from './export-path.ts';
export type {
  ExportFiles,
  ExportedFile,
  FileIdentity,
  OpenFile,
  ReadOptions,
  RefusedEntry,
  WalkBatch,
} from './export-files.ts';
export { MAX_JOURNAL_BATCH } from './upload-journal.ts';
export type { JournalRow, JournalRowOrigin, UploadJournal } from './upload-journal.ts';
export { MAX_OBJECT_KEY_BYTES, MAX_PUT_BUFFER_BYTES } from './object-store.ts';
export type { BucketAccess, ObjectContent, ObjectStore, OpenBucket, PutOptions, StoredObject } from './object-store.ts';
export type { BucketProvisioner, BucketRequest, ProvisionedBucket } from './bucket-provisioner.ts';
export type { HardwareInventory } from './hardware-inventory.ts';
export type { DeviceLink, LinkState, ReceivedMessage } from './device-link.ts';
export { checkWorkerContent } from './check-worker-content.ts';
export { MAX_REGISTERED_WORKERS, MAX_WORKER_CONTENT_BYTES } from './worker-hub.ts';
export type {
  RegisteredWorker,
  WorkerAnswer,
  WorkerData,
  WorkerEvent,
  WorkerHub,
  WorkerHubListener,
} from './worker-hub.ts';
