/**
 * The `Logger` port on pino: lines for machines or for people, without secrets, bounded, and never in the way of the
 * work that they tell of.
 */
export { LOG_FORMATS, LOG_LEVELS, createPinoLogger } from './pino-logger.ts';
export type { LogFormat, LogLevel, PinoLoggerOptions } from './pino-logger.ts';
export { MAX_FIELD_DEPTH, MAX_FIELD_VALUES, MAX_TEXT_LENGTH, REDACTED } from './loggable-fields.ts';
export { createJournalDestination } from './journal-destination.ts';
export type { JournalDestinationOptions } from './journal-destination.ts';
export { JOURNAL_FIELD_PREFIX } from './journal-entry.ts';
