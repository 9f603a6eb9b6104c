import * as z from 'zod';
import { MAX_HARDWARE_ITEMS, MAX_SHORT_TEXT } from './limits.ts';
import { wireList, wireObject, wireText } from './wire-types.ts';

const text = () => wireText(MAX_SHORT_TEXT);

/** What the gateway says of itself on `control/out` (wire: content of a message of type `connection-status`). */
export const connectionStatusSchema = z.object({
  canonical_facts: wireObject(
    z.object({
      insights_id: text(),
      machine_id: text(),
      bios_uuid: text(),
      subscription_manager_id: text(),
      ip_addresses: wireList(z.string().max(MAX_SHORT_TEXT), MAX_HARDWARE_ITEMS),
      mac_addresses: wireList(z.string().max(MAX_SHORT_TEXT), MAX_HARDWARE_ITEMS),
      fqdn: text(),
    }),
  ),
  dispatchers: wireObject(z.record(z.string(), z.record(z.string(), z.unknown()).nullish())),
  state: text(),
  tags: wireObject(z.record(z.string(), z.unknown())),
});

/** A connection status as it is sent: `state` is `online` or `offline`. */
export type ConnectionStatus = z.input<typeof connectionStatusSchema>;

/** The last status of one who leaves (wire): nothing but `offline`, and who it is. */
export function offlineStatus(facts: NonNullable<ConnectionStatus['canonical_facts']> = {}): ConnectionStatus {
  return { canonical_facts: facts, dispatchers: {}, state: 'offline', tags: {} };
}

/** Whether the content of a message is a connection status that says `offline`. */
export function saysOffline(content: unknown): boolean {
  const status = connectionStatusSchema.safeParse(content);
  return status.success && status.data.state === 'offline';
}
