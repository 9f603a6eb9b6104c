/** How long the credentials of a device live unless the options say otherwise: 12 h. */
export const DEFAULT_SESSION_MS = 43_200_000;
/** Shortest life that servers give credentials (wire): 15 min. */
export const MIN_SESSION_MS = 900_000;
/** Longest life: 7 days. */
export const MAX_SESSION_MS = 604_800_000;
/** Most pages of 1,000 objects that one `release` removes; the next goes on. */
export const MAX_RELEASE_PAGES = 1_000;
/** Objects that are removed at the same time. */
export const PARALLEL_DELETES = 16;
