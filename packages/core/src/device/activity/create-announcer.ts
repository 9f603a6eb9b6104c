import { errorText } from '../../foundation/index.ts';
import type { Clock, Logger, MetricsSink } from '../../ports/index.ts';
import type { DeviceEvent } from '../../protocol/index.ts';
import { describeActivity } from './describe-activity.ts';
import type { Announce, DeviceActivity } from './device-activity.ts';

/** Longest message of an event, in characters. */
export const MAX_EVENT_MESSAGE = 1_024;

/** Who hears of what happens. */
export interface AnnouncerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  /** What the control plane should hear of; `info` or `warn`. */
  readonly onEvent: (event: DeviceEvent) => void;
  /** What is wrong, as `ActivityDescription` has it. Must not throw. */
  readonly onFault: (fault: string) => void;
  /** The embedder's. What it throws is logged and goes no further. */
  readonly onActivity: ((activity: DeviceActivity) => void) | undefined;
}

/** Turns each activity into a log line, a count, an event for the control plane, and a call of the embedder's listener. */
export function createAnnouncer({ clock, logger, metrics, onEvent, onFault, onActivity }: AnnouncerParts): Announce {
  const counter = metrics.counter({
    name: 'k4e_agent_activities_total',
    help: 'What happened on the device, by type.',
    labelNames: ['type'],
  });
  return (type, details) => {
    const { level, text, fault, reason } = describeActivity(type, details);
    logger[level](text, { activity: type });
    counter.add(1, { type });
    if (reason !== undefined) {
      onEvent({ reason, message: text.slice(0, MAX_EVENT_MESSAGE), type: level === 'warn' ? 'warn' : 'info' });
    }
    if (fault !== undefined) onFault(fault);
    try {
      // One member of the union per type; the compiler does not follow that through the generic parameter.
      onActivity?.({ type, atMs: clock.nowMs(), ...details } as DeviceActivity);
    } catch (error) {
      logger.error('a listener to what the device does failed', { activity: type, error: errorText(error) });
    }
  };
}
