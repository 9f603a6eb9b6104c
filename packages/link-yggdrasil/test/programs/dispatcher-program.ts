/** A dispatcher for tests that kill it: `<address>`. Prints the workers at each change, and the ids of what they send. */
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createDispatcher } from '@k4e/link-yggdrasil';

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const address = process.argv[2] ?? '';
const hub = createDispatcher({ address, clock: createSystemClock(), logger: createMemoryLogger() });
await hub.serve(
  {
    onListening: () => say('listening'),
    onWorkersChanged: () => say(hub.workers().map(({ handler }) => handler)),
    onData: async ({ messageId }) => {
      say(messageId);
      return Promise.resolve({ statusCode: 200, metadata: {} });
    },
  },
  { signal: new AbortController().signal },
);
