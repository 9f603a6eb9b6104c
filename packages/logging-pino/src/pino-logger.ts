import type { LogFields, Logger } from '@k4e/core/ports';
import { destination as fileDestination, pino } from 'pino';
import type { DestinationStream, Logger as Pino } from 'pino';
import { loggableFields, loggableText } from './loggable-fields.ts';
import { textLine } from './text-line.ts';

/** The levels a logger can be set to, from the most to the fewest lines. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `json`: one object a line, for machines. `text`: for people. */
export const LOG_FORMATS = ['text', 'json'] as const;
/** One of `LOG_FORMATS`. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** How and where to log. */
export interface PinoLoggerOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Default `json`. */
  readonly format?: LogFormat;
  /** Takes whole lines with their line end. Default: standard error, written before the call returns. */
  readonly destination?: { write(line: string): void };
}

/**
 * The `Logger` port on pino. Secrets are taken out by name (`loggableFields`), lines are bounded, and no call throws:
 * a line that cannot be written is dropped. A JSON line has `time` (RFC 3339 UTC), `level`, `message`, and the fields; a field
 * of one of those names is moved to `field_<name>`.
 */
export function createPinoLogger(options: PinoLoggerOptions = {}): Logger {
  const plain: DestinationStream = options.destination ?? fileDestination({ fd: STANDARD_ERROR, sync: true });
  const stream = options.format === 'text' ? { write: (line: string) => plain.write(textLine(line)) } : plain;
  const root = pino(
    {
      level: options.level ?? 'info',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    stream,
  );
  return adapt(root);
}

const STANDARD_ERROR = 2;
const RESERVED = new Set(['time', 'level', 'message']);

function adapt(logger: Pino): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      neverThrow(() => logger[level](safe(fields), loggableText(message)));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => adapt(neverThrow(() => logger.child(safe(fields))) ?? logger),
  };
}

function safe(fields: LogFields): Record<string, unknown> {
  const members = Object.entries(loggableFields(fields));
  return Object.fromEntries(members.map(([key, value]) => [RESERVED.has(key) ? `field_${key}` : key, value]));
}

/** Logging must not end what is being logged: a getter that throws or a closed pipe costs the line, nothing else. */
function neverThrow<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
