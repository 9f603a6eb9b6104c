import { z } from 'zod';
import { MAX_LONG_TEXT, MAX_SHORT_TEXT, MAX_SPECIFICATION, MAX_WORKLOADS } from './limits.ts';
import { wireFlag, wireInt, wireList, wireObject, wireText } from './wire-types.ts';

/** Heartbeat period of a device whose configuration names none, in seconds (wire). */
export const DEFAULT_PERIOD_SECONDS = 60;

const pathSchema = z.object({ source: z.string().max(MAX_SHORT_TEXT), target: z.string().max(MAX_SHORT_TEXT) });

const s3Schema = z.object({
  bucket_host: wireText(MAX_SHORT_TEXT),
  bucket_port: wireInt(),
  bucket_name: wireText(MAX_SHORT_TEXT),
  bucket_region: wireText(MAX_SHORT_TEXT),
  aws_access_key_id: wireText(MAX_LONG_TEXT),
  aws_secret_access_key: wireText(MAX_LONG_TEXT),
  aws_ca_bundle: wireText(MAX_LONG_TEXT),
});

/** A workload that the device should run (wire). `specification` is a PodSpec as YAML text. */
export const workloadSchema = z.object({
  name: z.string().min(1).max(63),
  specification: z.string().max(MAX_SPECIFICATION),
  data: wireObject(z.object({ paths: wireList(pathSchema, MAX_WORKLOADS) })),
  imageRegistries: wireObject(z.object({ authFile: wireText(MAX_LONG_TEXT) })),
});

/**
 * Settings of the agent (wire: configuration). `poll_interval_seconds` is k4e's own addition: seconds between two looks
 * for a new configuration; older peers ignore it.
 */
const agentSettingsSchema = z.object({
  heartbeat: wireObject(
    z.object({
      period_seconds: wireInt(),
      hardware_profile: wireObject(z.object({ include: wireFlag(), scope: wireText(MAX_SHORT_TEXT) })),
    }),
  ),
  storage: wireObject(z.object({ s3: wireObject(s3Schema) })),
  poll_interval_seconds: wireInt(),
});

/**
 * Everything that a device should be (wire: device-configuration-message, the content of the answer to `GET data/in`).
 * The three credentials of `storage.s3` are standard base64 of the raw bytes.
 */
export const deviceConfigurationSchema = z.object({
  device_id: wireText(MAX_SHORT_TEXT),
  version: wireText(MAX_SHORT_TEXT),
  configuration: wireObject(agentSettingsSchema),
  workloads: wireList(workloadSchema, MAX_WORKLOADS),
  workloads_monitoring_interval: wireInt(),
});

/** A configuration as it is sent; members without a value are left out. */
export type DeviceConfiguration = z.input<typeof deviceConfigurationSchema>;
/** A configuration as it was read. */
export type ReceivedDeviceConfiguration = z.output<typeof deviceConfigurationSchema>;
/** A workload of a configuration, as it was read. */
export type ReceivedWorkload = z.output<typeof workloadSchema>;
