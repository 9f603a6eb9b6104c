/** Fields that go beside a log line, for machines. Never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a library says what it does. One line a call, fields beside it. Never throws. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: LogFields): Logger;
}
