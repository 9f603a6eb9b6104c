import { z } from 'zod';
import { wireOptionalList } from './wire-types.ts';

/** Most features that a device names. */
export const MAX_FEATURES = 32;
/** Longest name of a feature, in characters. */
export const MAX_FEATURE_NAME = 63;

/**
 * What a device can take beyond the protocol of k4e/yggdrasil; it says so in `features` of registrations and heartbeats
 * (k4e's own addition). What a device does not name is never sent to it.
 */
export const FEATURES = {
  /** Credentials of a bucket that come with a session token. */
  sessionToken: 's3-session-token',
  /** A bucket that is reached without TLS. */
  plainHttp: 's3-plain-http',
} as const;

/** The list of a device's features; a peer that sends none has said nothing. */
export function wireFeatures() {
  return wireOptionalList(z.string().max(MAX_FEATURE_NAME), MAX_FEATURES);
}
