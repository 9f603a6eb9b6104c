/**
 * The cluster's half of k4e. `EdgeDevice` and `EdgeDeployment` go in; matched devices, assembled configurations and
 * statuses that tell the truth come out. It knows the resource store and the protocol, and neither HTTP nor Kubernetes.
 */
export { DEFAULT_GRACE_PERIOD_MS } from './control-plane.ts';
export type { ControlPlane, ControlPlaneParts, ControlPlaneSettings } from './control-plane.ts';
export type { EdgeApi, EdgeReply } from './edge-api/edge-api.ts';
