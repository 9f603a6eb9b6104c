import * as z from 'zod';

/** Most workloads that a status names: all that a device can be given. Those that are wanted come first. */
export const MAX_LISTED_WORKLOADS = 256;
/** Most addresses that a status names. */
export const MAX_LISTED_ADDRESSES = 16;
/** Longest message in a status, in characters. */
export const MAX_STATUS_MESSAGE = 256;
/** Longest name in a status, in characters. */
export const MAX_STATUS_NAME = 128;
/** Longest URL in a status, in characters. */
export const MAX_STATUS_URL = 1_024;

const message = z.string().max(MAX_STATUS_MESSAGE);
const name = z.string().max(MAX_STATUS_NAME);
const time = z.iso.datetime();
const count = z.int().min(0);

/**
 * What stands in `status.json`: how a device is, for whoever stands beside it. Everybody on the device may read it, so it holds
 * no secret. Texts are one line each, without control characters. Members may be added.
 */
export const statusFileSchema = z.object({
  /** When it was written. */
  time,
  deviceId: name,
  agent: z.object({
    version: name,
    /** The process that wrote it: when that is gone, so is what is said here. */
    pid: z.int().min(1),
    startTime: name,
    bootId: name,
  }),
  controlPlane: z.object({
    /** Absent where only the gateway knows it. */
    url: z.string().max(MAX_STATUS_URL).optional(),
    /** `connected`; `waiting`: not reached; `unknown-device`: reached, and does not know this device yet; `unknown`: not known yet. */
    state: z.enum(['unknown', 'connected', 'waiting', 'unknown-device']),
    since: time,
    /** Why it is not reached. */
    cause: message.optional(),
  }),
  addresses: z.array(z.object({ interface: name, address: name })).max(MAX_LISTED_ADDRESSES),
  configuration: z.object({
    /** The version that is in force and saved; absent before the first. */
    version: name.optional(),
  }),
  workloads: z.object({
    wanted: count,
    /** Of those that are wanted. */
    running: count,
    list: z
      .array(z.object({ name, phase: name, isWanted: z.boolean(), reason: message.optional() }))
      .max(MAX_LISTED_WORKLOADS),
  }),
  /** What is wrong with the device rather than with a workload, now. */
  troubles: z.array(z.object({ part: name, message })).max(16),
  /** The last thing that went wrong, which may be over. */
  lastError: z.object({ message, since: time }).optional(),
});

/** How a device is, as it stands in `status.json`. */
export type StatusFile = z.output<typeof statusFileSchema>;
