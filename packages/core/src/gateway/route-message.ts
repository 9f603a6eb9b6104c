import { readCommand } from '../link/index.ts';
import type { DeviceCommand } from '../link/index.ts';
import type { ReceivedMessage } from '../ports/index.ts';
import { DEVICE_DIRECTIVE } from '../protocol/index.ts';

/** Where a message goes. */
export type Route =
  | { readonly to: 'worker'; readonly handler: string }
  | { readonly to: 'gateway'; readonly command: DeviceCommand }
  | { readonly to: 'nobody'; readonly reason: string };

/**
 * A `data` message is for the worker that its directive names, a `command` for the gateway (wire). A peer that leaves type
 * or directive out means what its channel is for, and the device worker.
 */
export function routeMessage({ channel, message }: ReceivedMessage): Route {
  const type = message.type ?? (channel === 'data' ? 'data' : 'command');
  if (type === 'data') {
    const { directive = '' } = message;
    return { to: 'worker', handler: directive === '' ? DEVICE_DIRECTIVE : directive };
  }
  if (type !== 'command') return { to: 'nobody', reason: `a message of type ${type}` };
  try {
    return { to: 'gateway', command: readCommand(message.content) };
  } catch {
    return { to: 'nobody', reason: 'a command that is none' };
  }
}
