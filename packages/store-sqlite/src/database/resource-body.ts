import { K4eError } from '@k4e/core';
import type { Resource, ResourceKind } from '@k4e/core/resources';
import type { FieldOwner } from '../apply/index.ts';

/** Largest resource, in bytes of JSON: the limit that etcd gives Kubernetes. */
export const RESOURCE_MAX_BYTES = 1_572_864;

/** How a kind is named in the tables. */
export function kindKey(kind: Pick<ResourceKind<Resource>, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** A resource as text. Throws `TOO_LARGE` over `RESOURCE_MAX_BYTES`. */
export function writeBody(resource: Resource): string {
  const body = JSON.stringify(resource);
  if (Buffer.byteLength(body) <= RESOURCE_MAX_BYTES) return body;
  throw new K4eError('TOO_LARGE', {
    message: `the resource is larger than ${RESOURCE_MAX_BYTES} bytes`,
    retry: 'never',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new K4eError('STATE_CORRUPT', { message: 'a row of the database is damaged', cause: error, retry: 'never' });
  }
}

/**
 * The resource that `writeBody` made into text. It went through its kind's `admit` then, and is not checked again.
 * Throws `STATE_CORRUPT` for what is no JSON.
 */
export function readBody<T extends Resource>(body: string): T {
  return parse(body) as T;
}

/** The owners that were written with a resource. Throws `STATE_CORRUPT`. */
export function readOwners(text: string): readonly FieldOwner[] {
  return parse(text) as readonly FieldOwner[];
}

/** The labels that were written with a resource. Throws `STATE_CORRUPT`. */
export function readLabels(text: string): Readonly<Record<string, string>> {
  return parse(text) as Readonly<Record<string, string>>;
}
