import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createSqliteStore } from '../../src/index.ts';
import type { SqliteStore } from '../../src/index.ts';

/** A store on the machine's clock. */
export function openStore(file: string): SqliteStore {
  return createSqliteStore({ file, clock: createSystemClock(), logger: createMemoryLogger() });
}
