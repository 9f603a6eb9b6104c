/**
 * A Kubernetes API to test against: the real etcd and kube-apiserver, built from the modules under `go/`, started on
 * loopback in about three seconds with data of their own.
 */
export { startControlPlane } from './start-control-plane.ts';
export type { ControlPlane, ControlPlaneOptions, KubectlOptions } from './start-control-plane.ts';
export { findControlPlanePrograms } from './programs.ts';
export type { ControlPlanePrograms } from './programs.ts';
