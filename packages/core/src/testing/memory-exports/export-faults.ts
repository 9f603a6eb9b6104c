import { K4eError } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';

/** The calls that can be made to fail. */
export type ExportCall = 'walk' | 'open' | 'identify' | 'read';

/** What a disk does to calls. */
export interface ExportFaults {
  fail(call: ExportCall, code: ErrorCode | undefined, workload?: string): void;
  /** Throws what `call` is to fail with, and `ABORTED` when the signal fired. */
  check(call: ExportCall, workload: string, options?: CallOptions): void;
}

/** Creates a disk without faults. */
export function createExportFaults(): ExportFaults {
  const failures = new Map<string, ErrorCode>();
  return {
    fail(call, code, workload = '') {
      if (code === undefined) failures.delete(`${call} ${workload}`);
      else failures.set(`${call} ${workload}`, code);
    },
    check(call, workload, { signal } = {}) {
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      const code = failures.get(`${call} ${workload}`) ?? failures.get(`${call} `);
      if (code !== undefined) throw new K4eError(code, { subject: workload });
    },
  };
}
