/**
 * k4e as a user has it: a Kubernetes API with our manifests, `k4e-operator` and `k4e-agent` as processes of their own, and
 * podman in namespaces of its own for a device, or a virtual machine with the Debian package. Tests do what people do: kubectl, podman, a page fetched from a host port.
 */
export { startCluster } from './cluster.ts';
export type { Cluster } from './cluster.ts';
export { startOperatorProcess } from './operator-process.ts';
export type { OperatorProcess } from './operator-process.ts';
export { startAgentProcess, stateDirectoryOf } from './agent-process.ts';
export { startFleetOfOne } from './fleet-of-one.ts';
export type { FleetOfOne } from './fleet-of-one.ts';
export { startDeviceMachine } from './device-machine.ts';
export type { DeviceMachine, DeviceMachineOptions } from './device-machine.ts';
export { startMachineFleet } from './machine-fleet.ts';
export type { MachineFleet } from './machine-fleet.ts';
export { bucketDocuments } from './external-bucket.ts';
export { directStorage, startStorageFleet } from './storage-fleet.ts';
export type { StorageFleet } from './storage-fleet.ts';
export { viewBucket } from './bucket-view.ts';
export type { BucketView } from './bucket-view.ts';
export { digestsBelow, filesBelow } from './files-below.ts';
export { exportDeployment } from './export-deployment.ts';
export type { ExportDeployment } from './export-deployment.ts';
export { startProgram } from './program.ts';
export type { Program } from './program.ts';
export { runs, serves } from './expectations.ts';
export { shownCondition, shownDeployment, shownDevice } from './shown-device.ts';
export { eventually } from './eventually.ts';
export { fetchPage, isClosed, webDeployment } from './web-deployment.ts';
export type { WebDeployment } from './web-deployment.ts';
export { seededRandom } from './random.ts';
export { podsOf } from './pods.ts';
export { readPartitionTable } from './partition-table.ts';
export type { TableEntry } from './partition-table.ts';
export type { Pod } from './pods.ts';
export { goDate, startYggdrasilPeer } from './yggdrasil-peer.ts';
export type { RawAnswer, YggdrasilPeer } from './yggdrasil-peer.ts';
