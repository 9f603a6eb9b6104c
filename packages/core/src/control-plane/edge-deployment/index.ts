/**
 * An EdgeDeployment on the cluster's side: what of its pod devices cannot run, which devices it is for, how it fares over
 * all of them, and the pass that writes this into its status. Which deployments a device carries is the device's affair.
 */
export { checkPodSpec } from './check-pod-spec.ts';
export { createDeploymentTally } from './deployment-tally.ts';
export type { DeploymentTally } from './deployment-tally.ts';
export { createDeploymentReconciler } from './reconcile-deployment.ts';
export { deploymentTerms, deviceTerms, isDeployedTo } from './select-devices.ts';
export type { Unsupported } from './unsupported.ts';
