import { hasCode } from '../foundation/index.ts';

/** Tries at a change of a resource that other writers change at the same moment. */
export const MAX_CONFLICT_ATTEMPTS = 8;

/**
 * Runs `attempt`, and runs it again when another writer came in between. Every attempt has to read afresh, decide again and
 * write on the condition that the resource is still as it was read; `index` counts from 0. Rejects with `CONFLICT` when
 * that many attempts in a row lost, and at once with whatever else an attempt rejects with.
 */
export async function retryOnConflict<T>(attempt: (index: number) => Promise<T>): Promise<T> {
  for (let index = 0; ; index++) {
    try {
      return await attempt(index);
    } catch (error) {
      if (index + 1 >= MAX_CONFLICT_ATTEMPTS || !hasCode(error, 'CONFLICT')) throw error;
    }
  }
}
