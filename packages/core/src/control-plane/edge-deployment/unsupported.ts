import { isRecord } from '../../foundation/index.ts';

/** A part of a pod that a device cannot run. */
export interface Unsupported {
  /** Where it is, such as `spec.pod.spec.containers[0].lifecycle`. */
  readonly path: string;
  /** Why, and what to do instead. */
  readonly reason: string;
}

/** Field to the reason why a pod with it is refused. */
export type Reasons = Readonly<Record<string, string>>;

/** Whether a field says anything: nulls and empty lists do not. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** The entries of a list, none of anything else. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The fields of `value` that have a reason against them. */
export function forbidden(value: unknown, reasons: Reasons, path: string): Unsupported[] {
  if (!isRecord(value)) return [];
  return Object.entries(reasons)
    .filter(([field]) => isPresent(value[field]))
    .map(([field, reason]) => ({ path: `${path}.${field}`, reason }));
}
