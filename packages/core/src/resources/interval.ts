import * as z from 'zod';

/** Longest interval that may be asked of a device: a day. */
export const MAX_INTERVAL_SECONDS = 86_400;

/** An interval in whole seconds. */
export const intervalSeconds = () => z.int().min(1).max(MAX_INTERVAL_SECONDS);
