import { commandSchema, readContent } from '../../protocol/index.ts';

/** Longest break that a control plane can ask for, in seconds: an hour. */
export const MAX_RECONNECT_SECONDS = 3_600;

/** What the control plane can tell the agent to do. */
export type DeviceCommand =
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'reconnect'; readonly delayMs: number }
  | { readonly kind: 'unknown'; readonly name: string };

/**
 * Reads the content of a command message (wire: `disconnect`, `ping`, and `reconnect` with `arguments.delay`, seconds as
 * text). A delay that is no number counts as none; one above `MAX_RECONNECT_SECONDS` as that. Throws `INVALID_INPUT`.
 */
export function readCommand(content: unknown): DeviceCommand {
  const { command, arguments: details } = readContent(commandSchema, content, 'command');
  switch (command) {
    case 'disconnect':
    case 'ping':
      return { kind: command };
    case 'reconnect':
      return { kind: 'reconnect', delayMs: readDelayMs(details?.delay) };
    default:
      return { kind: 'unknown', name: command };
  }
}

function readDelayMs(delay: unknown): number {
  const seconds = typeof delay === 'string' && delay.trim() !== '' ? Number(delay) : delay;
  if (typeof seconds !== 'number' || Number.isNaN(seconds) || seconds < 0) return 0;
  return Math.min(seconds, MAX_RECONNECT_SECONDS) * 1_000;
}
