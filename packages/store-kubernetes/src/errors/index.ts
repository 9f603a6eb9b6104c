/** What the API server refuses, in k4e's words: translated by status code and reason here, and nowhere else. */
export { readApiStatus, toApiStatus } from './api-status.ts';
export type { ApiStatus } from './api-status.ts';
export { DEFAULT_RETRY_AFTER_MS, toK4eError } from './to-k4e-error.ts';
