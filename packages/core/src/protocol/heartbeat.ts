import * as z from 'zod';
import { hardwareInfoSchema } from './hardware-info.ts';
import { MAX_HEARTBEAT_EVENTS, MAX_LONG_TEXT, MAX_SHORT_TEXT, MAX_WORKLOADS } from './limits.ts';
import { wireDate } from './wire-date.ts';
import { wireFeatures } from './features.ts';
import { wireInt, wireList, wireObject, wireText } from './wire-types.ts';

/** Directive of a heartbeat (wire). */
export const HEARTBEAT_DIRECTIVE = 'heartbeat';

/**
 * How a workload fares (wire: `name`, `status` as the container runtime says it, `last_data_upload`).
 * The others are k4e's own additions, ignored by older peers: the last error in words (`message`), when the device tries
 * again (`next_retry`), and what is still to be uploaded (`upload`; its `reason` is the error code of its `message`).
 */
const workloadStatusSchema = z.object({
  name: z.string().min(1).max(MAX_SHORT_TEXT),
  status: wireText(MAX_SHORT_TEXT),
  last_data_upload: wireDate,
  message: wireText(MAX_LONG_TEXT),
  next_retry: wireDate,
  upload: wireObject(
    z.object({
      pending_files: wireInt(),
      pending_bytes: wireInt(),
      reason: wireText(MAX_SHORT_TEXT),
      message: wireText(MAX_LONG_TEXT),
      next_retry: wireDate,
    }),
  ),
});

/** Something that happened on the device (wire: event-info). It becomes a Kubernetes event. */
const deviceEventSchema = z.object({
  reason: wireText(MAX_SHORT_TEXT),
  message: wireText(MAX_LONG_TEXT),
  type: wireText(MAX_SHORT_TEXT),
});

/** A sign of life (wire: heartbeat). `version` is that of the configuration last applied. */
export const heartbeatSchema = z.object({
  time: wireDate,
  status: wireText(MAX_SHORT_TEXT),
  version: wireText(MAX_SHORT_TEXT),
  workloads: wireList(workloadStatusSchema, MAX_WORKLOADS),
  hardware: wireObject(hardwareInfoSchema),
  events: wireList(deviceEventSchema, MAX_HEARTBEAT_EVENTS),
  features: wireFeatures(),
});

/** A heartbeat as it is sent. */
export type Heartbeat = z.input<typeof heartbeatSchema>;
/** A heartbeat as it was read. */
export type ReceivedHeartbeat = z.output<typeof heartbeatSchema>;
/** How a workload fares, as it was read. */
export type ReceivedWorkloadStatus = z.output<typeof workloadStatusSchema>;
/** Something that happened on the device, as it is sent: `type` is `info` or `warn`. */
export type DeviceEvent = z.input<typeof deviceEventSchema>;
