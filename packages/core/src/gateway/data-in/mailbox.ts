import type { RegisteredWorker } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';

/** Most messages that wait for one worker; of configurations one does. */
export const MAX_MAILBOX_MESSAGES = 16;

/** What waits for a worker. */
export interface Mailbox {
  readonly handler: string;
  /** Whether each message says all that the ones before it said: only the newest counts, also for a worker that comes anew. */
  readonly isConfiguration: boolean;
  readonly worker: RegisteredWorker | undefined;
  readonly waiting: readonly Message[];
  /** The newest configuration, delivered or not. */
  readonly newest: Message | undefined;
}

/** An empty mailbox of a worker that is not there. */
export function emptyMailbox(handler: string, isConfiguration: boolean): Mailbox {
  return { handler, isConfiguration, worker: undefined, waiting: [], newest: undefined };
}

/** Puts a message in, and says what gave way: of configurations nothing is lost by that. */
export function putMessage(mailbox: Mailbox, message: Message): { readonly mailbox: Mailbox; readonly lost: number } {
  if (mailbox.isConfiguration) return { mailbox: { ...mailbox, waiting: [message], newest: message }, lost: 0 };
  const waiting = [...mailbox.waiting, message].slice(-MAX_MAILBOX_MESSAGES);
  return { mailbox: { ...mailbox, waiting }, lost: mailbox.waiting.length + 1 - waiting.length };
}

/**
 * Notes who answers to the handler. A worker that has registered anew gets the newest configuration again: what the one
 * before it had taken may have died with it.
 */
export function putWorker(mailbox: Mailbox, worker: RegisteredWorker | undefined): Mailbox {
  const isNew = worker !== undefined && worker.registrationId !== mailbox.worker?.registrationId;
  if (!isNew || mailbox.newest === undefined) return { ...mailbox, worker };
  return { ...mailbox, worker, waiting: [mailbox.newest] };
}

/** The mailbox when `message` was delivered to the registration `registrationId`, or given up for it. */
export function takeMessage(mailbox: Mailbox, message: Message, registrationId: string): Mailbox {
  // To a worker that registered meanwhile it is new.
  if (mailbox.isConfiguration && mailbox.worker?.registrationId !== registrationId) return mailbox;
  return { ...mailbox, waiting: mailbox.waiting.filter((other) => other !== message) };
}
