import { isRecord } from '../../foundation/index.ts';
import type { PodSpec } from '../../resources/index.ts';
import { isPresent, listOf } from './unsupported.ts';
import type { Unsupported } from './unsupported.ts';

const VOLUME_SOURCES = ['hostPath', 'emptyDir', 'persistentVolumeClaim'];
const HOST_PATH_TYPES = ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket'];

/** Refuses mounts of volumes that the pod does not have. */
export function checkVolumeNames(spec: PodSpec, path: string): Unsupported[] {
  const names = new Set(listOf(spec.volumes).map((volume) => (isRecord(volume) ? volume.name : undefined)));
  return (['initContainers', 'containers'] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap(({ volumeMounts = [] }, container) =>
      volumeMounts.flatMap(({ name }, index) => {
        const at = `${path}.${field}[${container}].volumeMounts[${index}].name`;
        return names.has(name) ? [] : [{ path: at, reason: `"${name}" is none of the volumes of the pod` }];
      }),
    ),
  );
}

/** What of one volume devices do not have. */
export function checkVolume(volume: unknown, path: string): Unsupported[] {
  if (!isRecord(volume)) return [{ path, reason: 'not a volume' }];
  const sources = Object.keys(volume).filter((key) => key !== 'name' && isPresent(volume[key]));
  const foreign = sources.filter((source) => !VOLUME_SOURCES.includes(source));
  const { hostPath } = volume;
  const type = isRecord(hostPath) && typeof hostPath.type === 'string' ? hostPath.type : '';
  const badType = HOST_PATH_TYPES.includes(type)
    ? []
    : [
        {
          path: `${path}.hostPath.type`,
          reason: `${type} is not supported; devices mount directories, files and sockets`,
        },
      ];
  return [
    ...foreign.map((source) => ({
      path: `${path}.${source}`,
      reason: `devices have only ${VOLUME_SOURCES.join(', ')} volumes`,
    })),
    ...badType,
  ];
}
