import { errorCode } from '@k4e/core';

/** The code that `call` rejects with; a text that says so when it does not reject, or with something else. */
export async function errorCodeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: unknown) => errorCode(error) ?? `not a k4e error: ${String(error)}`,
  );
}
