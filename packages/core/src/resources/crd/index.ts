/**
 * The CustomResourceDefinitions, derived from the schemas of the resources. They are committed as YAML beside the other
 * manifests of the operator; a test compares the two.
 */
export { k4eCrds } from './crds.ts';
export { deriveCrd } from './derive-crd.ts';
export type { CrdDefinition, PrinterColumn } from './derive-crd.ts';
