import { K4eError } from '@k4e/core';

/** What of podman's ways depends on its version. Decided once, from the version that `_ping` names. */
export interface EngineTraits {
  /** Such as `5.4.2`. */
  readonly version: string;
  /** The path that this engine's API is served under, without a slash at the end. */
  readonly apiPath: string;
  /**
   * Whether removing a pod soon after its last container exited waits 3 s or more for cgroups that are still in use,
   * unless its infrastructure was stopped by name and a moment has passed.
   */
  readonly removesPodsSlowly: boolean;
  /** Whether it can look for damage in its storage, and for layers that no image has. */
  readonly checksStorage: boolean;
}

/** The first podman whose REST API can create a pod from a manifest without starting it. */
const OLDEST = { major: 4, minor: 3 };

/** From here on a pod is removed without delay. */
const REMOVES_FAST_FROM_MAJOR = 5;

/** The first podman with `system/check`. */
const CHECKS_FROM = { major: 5, minor: 2 };

/** The traits of a podman of that version. Throws `RUNTIME_UNAVAILABLE` for one that is too old or no version at all. */
export function engineTraits(version: string): EngineTraits {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (match === null) throw unusable(`podman calls its version "${version.slice(0, 32)}"`);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const isAtLeast = (other: typeof OLDEST): boolean =>
    major > other.major || (major === other.major && minor >= other.minor);
  if (!isAtLeast(OLDEST)) throw unusable(`podman ${version.slice(0, 32)} is too old`);
  return {
    version,
    apiPath: `/v${major}.0.0/libpod`,
    removesPodsSlowly: major < REMOVES_FAST_FROM_MAJOR,
    checksStorage: isAtLeast(CHECKS_FROM),
  };
}

function unusable(what: string): K4eError {
  return new K4eError('RUNTIME_UNAVAILABLE', {
    message: `${what}; ${OLDEST.major}.${OLDEST.minor} or newer is needed`,
  });
}
