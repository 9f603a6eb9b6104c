/** The program behind `hold`: reads what is held and what was let go from standard input, and undoes the rest at its end. */
import { createInterface } from 'node:readline';

import { performCleanup } from './cleanup-step.ts';
import type { CleanupStep } from './cleanup-step.ts';
import type { LeashMessage } from './leash.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const held = new Map<string, readonly CleanupStep[]>();
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as LeashMessage;
  if ('drop' in message) held.delete(message.drop);
  else held.set(message.hold, message.steps);
}
for (const steps of [...held.values()].reverse()) await performCleanup(steps);
