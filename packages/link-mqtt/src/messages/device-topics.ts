import { K4eError, isDnsLabel } from '@k4e/core';
import type { Channel } from '@k4e/core/protocol';

/** Longest prefix of topics, in characters. */
export const MAX_TOPIC_PREFIX = 256;

/** The four topics of a device (wire: `<prefix>/<device id>/<channel>/<direction>`). */
export interface DeviceTopics {
  /** What it receives. */
  readonly in: Readonly<Record<Channel, string>>;
  /** What it sends. */
  readonly out: Readonly<Record<Channel, string>>;
}

/** The topics of a device. Throws `INVALID_INPUT` for an id that is no DNS label, and a prefix that is none or has wildcards in it. */
export function topicsOf(prefix: string, deviceId: string): DeviceTopics {
  if (!isDnsLabel(deviceId)) throw invalid(`${JSON.stringify(deviceId.slice(0, 100))} is no device id: DNS labels are`);
  if (!isTopicPrefix(prefix)) throw invalid(`${JSON.stringify(prefix.slice(0, 100))} is no prefix of topics`);
  const topic = (channel: Channel, direction: 'in' | 'out'): string => `${prefix}/${deviceId}/${channel}/${direction}`;
  return {
    in: { data: topic('data', 'in'), control: topic('control', 'in') },
    out: { data: topic('data', 'out'), control: topic('control', 'out') },
  };
}

/** Words of printable ASCII without wildcards, separated by `/`. What begins with `$` is the broker's own. */
function isTopicPrefix(prefix: string): boolean {
  return prefix.length <= MAX_TOPIC_PREFIX && /^(?!\$)[!"$%-*,.0-~-]+(\/[!"$%-*,.0-~-]+)*$/.test(prefix);
}

function invalid(message: string): K4eError {
  return new K4eError('INVALID_INPUT', { message, retry: 'never' });
}
