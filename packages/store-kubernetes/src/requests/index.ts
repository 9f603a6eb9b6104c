/** The requests that the members of `ResourceStore` come to. */
export { applyResource } from './apply-resource.ts';
export { CREATE_OWNER, createResource } from './create-resource.ts';
export { deleteResource } from './delete-resource.ts';
export { getResource } from './get-resource.ts';
export { LIST_PAGE_ITEMS, listResources } from './list-resources.ts';
export { WATCH_SILENCE_MS, WATCH_TIMEOUT_SECONDS, watchResources } from './watch-resources.ts';
