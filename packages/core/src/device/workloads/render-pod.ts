import { createHash } from 'node:crypto';
import * as z from 'zod';
import { K4eError, canonicalJson } from '../../foundation/index.ts';
import type { JsonObject } from '../../foundation/index.ts';
import { readContent } from '../../protocol/index.ts';
import type { PodRequest } from '../../ports/index.ts';
import { EXPORT_MOUNT_PATH, PROBE_FIELDS } from '../../resources/index.ts';
import type { PodContainer, PodSpec } from '../../resources/index.ts';

/** Largest manifest of a pod, in characters of its JSON. */
export const MAX_MANIFEST_LENGTH = 1_048_576;

/** Environment variable that names the device in every container. */
export const DEVICE_ID_VARIABLE = 'DEVICE_ID';

/** Characters of a fingerprint: 160 bits, so that two pods never share one. */
const FINGERPRINT_LENGTH = 40;

/** Where a pod is rendered for. */
export interface PodPlace {
  readonly deviceId: string;
  /** Directory of the device that the workload's containers see as `/export`. */
  readonly exportPath: string;
}

/** Members of a pod that k4e adds to, and that the schema of a PodSpec leaves open. */
const namedEntries = z
  .array(z.looseObject({ name: z.string() }))
  .max(1_024)
  .nullish()
  .transform((list) => list ?? []);
const manifestSchema = z.record(z.string(), z.json());

/**
 * Makes a pod of a workload's spec: its name, `/export` in every regular container (a directory of the device, created
 * when missing), `DEVICE_ID` in the environment of every container, whatever the spec says of that variable. Probes are left
 * out: the device makes them, and changed ones replace no pod.
 * The fingerprint is a digest of the whole manifest. Throws `INVALID_INPUT`.
 */
export function renderPod(name: string, spec: PodSpec, place: PodPlace): PodRequest {
  const volume = `export-${name}`;
  const volumes = readContent(namedEntries, spec.volumes, `${name}: volumes`);
  if (volumes.some((declared) => declared.name === volume)) throw invalid(name, `volume ${volume} is reserved for k4e`);
  const hostPath = { path: place.exportPath, type: 'DirectoryOrCreate' };
  const { initContainers = [] } = spec;
  const rendered: JsonObject = readContent(
    manifestSchema,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        ...spec,
        containers: spec.containers.map((container) =>
          withoutProbes(withExport(withDeviceId(container, name, place), volume)),
        ),
        ...(initContainers.length === 0
          ? {}
          : { initContainers: initContainers.map((container) => withDeviceId(container, name, place)) }),
        volumes: [...volumes, { name: volume, hostPath }],
      },
    },
    name,
  );
  const text = canonicalJson(rendered);
  if (text.length > MAX_MANIFEST_LENGTH) {
    throw invalid(name, `a pod of ${text.length} characters, ${MAX_MANIFEST_LENGTH} are allowed`);
  }
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT_LENGTH);
  return { name, fingerprint, manifest: rendered };
}

function withDeviceId(container: PodContainer, workload: string, { deviceId }: PodPlace): PodContainer {
  const declared = readContent(namedEntries, container.env, `${workload}: env of container ${container.name}`);
  const others = declared.filter(({ name }) => name !== DEVICE_ID_VARIABLE);
  return { ...container, env: [...others, { name: DEVICE_ID_VARIABLE, value: deviceId }] };
}

function withoutProbes(container: PodContainer): object {
  const isKept = ([field]: [string, unknown]): boolean => PROBE_FIELDS.every((probe) => probe !== field);
  return Object.fromEntries(Object.entries(container).filter(isKept));
}

function withExport(container: PodContainer, volume: string): PodContainer {
  const mount = { name: volume, mountPath: EXPORT_MOUNT_PATH };
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}

function invalid(subject: string, message: string): K4eError {
  return new K4eError('INVALID_INPUT', { subject, message, retry: 'never' });
}
