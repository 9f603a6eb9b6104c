import * as z from 'zod';
import { MAX_SHORT_TEXT } from './limits.ts';
import { wireObject } from './wire-types.ts';

/** A command to the gateway (wire: content of a message of type `command`). */
export const commandSchema = z.object({
  command: z.string().max(MAX_SHORT_TEXT),
  arguments: wireObject(z.record(z.string(), z.unknown())),
});

/** A command as it was read: `disconnect`, `ping` and `reconnect` are known. */
export type Command = z.output<typeof commandSchema>;

/** The content of a disconnect command (wire: `arguments` is literally null). */
export const DISCONNECT_COMMAND = { command: 'disconnect', arguments: null } as const;
