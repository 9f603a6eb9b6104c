import type { ReceivedHeartbeat } from '../../protocol/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';

const REASON = /^[A-Z][A-Za-z0-9]{0,127}$/;

/** Turns the events of a heartbeat into Kubernetes events on the device (wire: `warn` becomes Warning, anything else Normal). */
export function recordDeviceEvents(
  events: EventRecorder,
  device: EdgeDevice,
  reported: ReceivedHeartbeat['events'],
): void {
  for (const { reason = '', message = '', type } of reported) {
    events.record({
      about: device,
      type: type === 'warn' ? 'Warning' : 'Normal',
      reason: REASON.test(reason) ? reason : 'DeviceEvent',
      message,
    });
  }
}
