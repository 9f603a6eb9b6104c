import { K4eError, isDnsLabel } from '@k4e/core';
import type { Device } from '@k4e/core/device';
import { compose } from './composition/index.ts';
import type { AgentOptions } from './composition/index.ts';

/** An agent: makes one device what its configuration says, and reports; gateway and device in one process. */
export type Agent = Device;

/**
 * Puts an agent together. Nothing happens before `run`. Adapters in the options take the place of ours: podman, nftables,
 * files below `stateDir`, Linux's hardware, HTTP. Throws `CONFIG_INVALID` for options that cannot work.
 */
export function createAgent(options: AgentOptions): Agent {
  if (!isDnsLabel(options.deviceId)) {
    const message = 'is not a device id; one is a DNS label: 1 to 63 lower-case letters, digits and inner hyphens';
    throw new K4eError('CONFIG_INVALID', {
      subject: JSON.stringify(options.deviceId.slice(0, 80)),
      message,
      retry: 'never',
    });
  }
  const { link, transport, controlPlaneUrl = '' } = options;
  if (link === undefined && transport === undefined && !/^https?:$/.test(URL.parse(controlPlaneUrl)?.protocol ?? '')) {
    const subject = controlPlaneUrl === '' ? 'controlPlaneUrl' : controlPlaneUrl;
    throw new K4eError('CONFIG_INVALID', { subject, message: 'is not an http or https URL', retry: 'never' });
  }
  return compose(options);
}
