import * as z from 'zod';
import {
  MAX_BODY_BYTES,
  MAX_LONG_TEXT,
  MAX_METRICS_CONTAINERS,
  MAX_SECRETS,
  MAX_SECRET_DATA,
  MAX_SHORT_TEXT,
  MAX_WORKLOADS,
} from './limits.ts';
import { wireFlag, wireInt, wireList, wireMap, wireObject, wireText } from './wire-types.ts';

/** Heartbeat period of a device whose configuration names none, in seconds (wire). */
export const DEFAULT_PERIOD_SECONDS = 60;

const pathSchema = z.object({ source: z.string().max(MAX_SHORT_TEXT), target: z.string().max(MAX_SHORT_TEXT) });

/**
 * A bucket (wire: storage.s3). Credentials, CA bundle and session token are standard base64 of the raw bytes, the others plain.
 * `aws_session_token` and `bucket_scheme` (`http`; absent is https) are k4e's own additions, and only sent to devices that
 * have said that they take them (`FEATURES`).
 */
const s3Schema = z.object({
  bucket_host: wireText(MAX_SHORT_TEXT),
  bucket_port: wireInt(),
  bucket_name: wireText(MAX_SHORT_TEXT),
  bucket_region: wireText(MAX_SHORT_TEXT),
  aws_access_key_id: wireText(MAX_LONG_TEXT),
  aws_secret_access_key: wireText(MAX_LONG_TEXT),
  aws_ca_bundle: wireText(MAX_LONG_TEXT),
  aws_session_token: wireText(MAX_LONG_TEXT),
  bucket_scheme: wireText(MAX_SHORT_TEXT),
});

const containerMetricsSchema = z.object({ disabled: wireFlag(), path: wireText(MAX_SHORT_TEXT), port: wireInt() });

/** Where a workload tells its metrics: `interval` in seconds; containers by name, each over what the workload says. */
const workloadMetricsSchema = z.object({
  path: wireText(MAX_SHORT_TEXT),
  port: wireInt(),
  interval: wireInt(),
  containers: wireMap(containerMetricsSchema, { maxKeyLength: MAX_SHORT_TEXT, maxEntries: MAX_METRICS_CONTAINERS }),
});

/** How long metrics are kept on the device, by size (MiB) and age (hours). */
const metricsSettingsSchema = z.object({
  retention: wireObject(z.object({ max_mib: wireInt(), max_hours: wireInt() })),
});

/** A secret that workloads refer to by its name: `data` is the JSON text of an object of base64 values. */
const secretSchema = z.object({ name: wireText(MAX_SHORT_TEXT), data: wireText(MAX_SECRET_DATA) });

/**
 * A workload that the device should run (wire). `specification` is a PodSpec as YAML text. One that is longer than
 * `MAX_SPECIFICATION` costs its own workload, not the configuration: the device refuses it when it reads the PodSpec.
 */
export const workloadSchema = z.object({
  name: z.string().min(1).max(63),
  specification: z.string().max(MAX_BODY_BYTES),
  data: wireObject(z.object({ paths: wireList(pathSchema, MAX_WORKLOADS), interval_seconds: wireInt() })),
  imageRegistries: wireObject(z.object({ authFile: wireText(MAX_LONG_TEXT) })),
  metrics: wireObject(workloadMetricsSchema),
});

/**
 * Settings of the agent (wire: configuration). k4e's own additions, which older peers ignore: `poll_interval_seconds`,
 * seconds between two looks for a new configuration; of `storage`, `interval_seconds` between two looks for files to upload
 * (a workload's `data` may have its own) and `max_bytes_per_second` of all uploads together.
 */
const agentSettingsSchema = z.object({
  heartbeat: wireObject(
    z.object({
      period_seconds: wireInt(),
      hardware_profile: wireObject(z.object({ include: wireFlag(), scope: wireText(MAX_SHORT_TEXT) })),
    }),
  ),
  storage: wireObject(
    z.object({ s3: wireObject(s3Schema), interval_seconds: wireInt(), max_bytes_per_second: wireInt() }),
  ),
  metrics: wireObject(metricsSettingsSchema),
  poll_interval_seconds: wireInt(),
});

/**
 * Everything that a device should be (wire: device-configuration-message, the content of the answer to `GET data/in`).
 * k4e neither sends nor acts on `secrets` and `metrics`; upstream peers do.
 */
export const deviceConfigurationSchema = z.object({
  device_id: wireText(MAX_SHORT_TEXT),
  version: wireText(MAX_SHORT_TEXT),
  configuration: wireObject(agentSettingsSchema),
  workloads: wireList(workloadSchema, MAX_WORKLOADS),
  workloads_monitoring_interval: wireInt(),
  secrets: wireList(secretSchema, MAX_SECRETS),
});

/** A configuration as it is sent; members without a value are left out. */
export type DeviceConfiguration = z.input<typeof deviceConfigurationSchema>;
/** A configuration as it was read. */
export type ReceivedDeviceConfiguration = z.output<typeof deviceConfigurationSchema>;
/** A workload of a configuration, as it was read. */
export type ReceivedWorkload = z.output<typeof workloadSchema>;
