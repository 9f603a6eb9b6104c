import type { LogFields, Logger } from '../ports/index.ts';

/** One line that was logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines for a test to read. */
export interface MemoryLogger extends Logger {
  readonly lines: readonly LoggedLine[];
}

/** Creates a logger that keeps its lines; children write into the same list. */
export function createMemoryLogger(): MemoryLogger {
  const lines: LoggedLine[] = [];
  const at = (bound: LogFields): Logger => {
    const write =
      (level: LoggedLine['level']) =>
      (message: string, fields: LogFields = {}) =>
        void lines.push({ level, message, fields: { ...bound, ...fields } });
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => at({ ...bound, ...fields }),
    };
  };
  return { ...at({}), lines };
}
