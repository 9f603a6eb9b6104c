import type { ErrorCode } from '@k4e/core';
import { errorCode } from '@k4e/core';

/** The code that a call rejects with; `undefined` when it does not. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
