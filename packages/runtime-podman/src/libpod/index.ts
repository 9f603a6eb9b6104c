/**
 * Podman's REST API over its unix socket: bounded exchanges, its answers in checked shapes, its failures as k4e's errors.
 * What podman calls things ends here and in the folders that call this one; nothing of it leaves the package.
 */
export { createLibpodClient } from './libpod-client.ts';
export { ask, createLibpodApi, filtersQuery, isDone } from './libpod-api.ts';
export type { LibpodApi } from './libpod-api.ts';
export type { LibpodAnswer, LibpodStream } from './libpod-request.ts';
export type { EngineTraits } from './engine-version.ts';
export { startDeadline } from './deadline.ts';
export {
  checkReportShape,
  containerShape,
  eventShape,
  execSessionShape,
  execShape,
  inspectedContainerShape,
  podShape,
  pullErrorShape,
} from './libpod-shapes.ts';
export { createEngineFacts } from './engine-facts.ts';
export type { EngineFacts } from './engine-facts.ts';
export type { EngineContainer, EnginePod } from './libpod-shapes.ts';
export { failure, refusalText } from './refusal.ts';
export { jsonLines } from './json-lines.ts';
