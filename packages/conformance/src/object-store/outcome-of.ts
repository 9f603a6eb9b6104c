import type { ErrorCode } from '@k4e/core';
import { errorCode } from '@k4e/core';
import type { ObjectStore, StoredObject } from '@k4e/core/ports';

/** The code that a call rejects with; `undefined` when it does not. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | undefined> {
  const error = await errorOf(call);
  if (error === undefined) return undefined;
  const code = errorCode(error);
  if (code === undefined) throw new Error('rejected with something that is not an error of k4e', { cause: error });
  return code;
}

/** What a call rejects with. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** All pages of a listing. */
export async function pagesOf(
  store: ObjectStore,
  prefix: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly (readonly StoredObject[])[]> {
  const pages: (readonly StoredObject[])[] = [];
  for await (const page of store.list(prefix, options)) pages.push(page);
  return pages;
}

/** The keys of a listing. */
export async function keysOf(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  return (await pagesOf(store, prefix)).flat().map(({ key }) => key);
}

/** Whether two runs of bytes are equal; undefined equals nothing. */
export function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}
