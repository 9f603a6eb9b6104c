import type { WorkerData } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';

/** A message of the control plane as a worker gets it: content as JSON text, metadata as texts. */
export function workerDataOf(message: Message, directive: string): WorkerData {
  const metadata = Object.entries(message.metadata ?? {}).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    messageId: message.message_id ?? '',
    responseTo: message.response_to ?? '',
    directive,
    metadata: Object.fromEntries(metadata),
    content: new TextEncoder().encode(message.content === undefined ? '' : JSON.stringify(message.content)),
  };
}
