/** What was received and nobody has taken yet, whatever way it came. */
export { MAX_WAITING_COMMANDS, MAX_WAITING_DIRECTIVES, createInbox } from './inbox.ts';
export type { Inbox } from './inbox.ts';
