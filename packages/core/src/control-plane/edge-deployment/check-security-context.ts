import { isRecord } from '../../foundation/index.ts';
import type { Unsupported } from './unsupported.ts';

/** What of a security context, of a pod or of a container, would be ignored by podman 4.3, or cannot be on a device. */
export function checkSecurityContext(context: unknown, path: string): Unsupported[] {
  if (!isRecord(context)) return [];
  const { runAsNonRoot, seccompProfile } = context;
  const root =
    runAsNonRoot === true
      ? [{ path: `${path}.runAsNonRoot`, reason: 'podman ignores it and would run as root; set runAsUser instead' }]
      : [];
  const seccomp =
    isRecord(seccompProfile) && seccompProfile.type === 'Localhost'
      ? [{ path: `${path}.seccompProfile`, reason: 'profiles do not reach devices; RuntimeDefault is what they have' }]
      : [];
  return [...root, ...seccomp];
}
