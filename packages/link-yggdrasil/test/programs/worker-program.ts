/** A worker for tests that kill it: `<dispatcher address>`. Prints a line for each thing that happens. */
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createWorkerLink } from '@k4e/link-yggdrasil';

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const link = createWorkerLink({
  dispatcherAddress: process.argv[2] ?? '',
  handler: 'device',
  pid: process.pid,
  clock: createSystemClock(),
  logger: createMemoryLogger(),
  random: Math.random,
  backoff: { firstMs: 20, maxMs: 100, factor: 2, jitter: 0.5 },
});
const { signal } = new AbortController();
for await (const { message } of link.receive({ signal, onState: ({ state }) => say(state) })) say(message.message_id);
