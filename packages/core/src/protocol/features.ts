import * as z from 'zod';
import { wireOptionalList } from './wire-types.ts';

/** Most features that a device names. */
export const MAX_FEATURES = 32;
/** Longest name of a feature, in characters. */
export const MAX_FEATURE_NAME = 63;

/**
 * What a device can take, or does, beyond the protocol of k4e/yggdrasil; it says so in `features` of registrations and of every
 * heartbeat (k4e's own addition). What the last one of them did not name is never sent to it: an agent may be replaced by
 * an older one, which says nothing.
 */
export const FEATURES = {
  /** Credentials of a bucket that come with a session token. */
  sessionToken: 's3-session-token',
  /** A bucket that is reached without TLS. */
  plainHttp: 's3-plain-http',
  /** It says that it has left, with a connection status `offline`; until then it may be uploading its last files. */
  confirmsDisconnect: 'confirms-disconnect',
} as const;

/** The list of a device's features; a peer that sends none has none. */
export function wireFeatures() {
  return wireOptionalList(z.string().max(MAX_FEATURE_NAME), MAX_FEATURES);
}
