/**
 * What the device must not forget: documents that survive kill -9 and power cuts whole, in a directory of the agent's
 * own. The `StateStore` port on the file system.
 */
export { createFileStateStore, gatewayDocumentsOf, stateDocumentsOf } from './file-state-store.ts';
