import { createMessage } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';

const NOW_MS = Date.UTC(2026, 0, 1);

/** What a device sends. */
export const heartbeat = (id: string): Message =>
  createMessage({ type: 'data', directive: 'heartbeat', content: { id } }, { nowMs: NOW_MS, id });

/** What it says of its connection. */
export const status = (state: 'online' | 'offline', facts: object = {}): Message => {
  const content = { canonical_facts: facts, dispatchers: {}, state, tags: {} };
  return createMessage({ type: 'connection-status', content }, { nowMs: NOW_MS, id: `status-${state}` });
};

/** What it receives, as it travels. */
export const commandText = (id: string, command = 'ping'): string =>
  JSON.stringify({ type: 'command', message_id: id, content: { command, arguments: null } });

export const configurationText = (id: string, directive = 'device'): string =>
  JSON.stringify({ type: 'data', message_id: id, directive, content: { id } });
