/**
 * `@k4e/store-kubernetes`: the `ResourceStore` on a Kubernetes API server. What the port promises and the API does not do
 * by itself is made up for here; what the API says is told in k4e's words.
 */
export { createKubernetesStore } from './create-kubernetes-store.ts';
export type { KubernetesStore, KubernetesStoreOptions } from './create-kubernetes-store.ts';
export { CREATE_OWNER, LIST_PAGE_ITEMS, WATCH_TIMEOUT_SECONDS } from './requests/index.ts';
export { MAX_CONNECTIONS, REQUEST_TIMEOUT_MS, RESPONSE_MAX_BYTES } from './connection/index.ts';
