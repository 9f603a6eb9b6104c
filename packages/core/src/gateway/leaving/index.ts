/** The end, as far as workers are concerned. */
export {
  DISMISSAL_ANSWER_LIMIT_MS,
  DISMISSAL_BACKOFF,
  DISMISSAL_LIMIT_MS,
  DISMISSAL_REGISTRATION_MS,
  Dismissal,
} from './dismiss-workers.ts';
export type { DismissalParts } from './dismiss-workers.ts';
