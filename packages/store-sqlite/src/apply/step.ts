import { isRecord } from '@k4e/core';
import { edgeOf } from './fields-of.ts';
import { fieldShape, itemShape } from './shape.ts';
import type { Shape } from './shape.ts';

/** A value and the shape at its place. */
export interface Place {
  readonly value: unknown;
  readonly shape: Shape;
}

/** The place that `edge` leads to; its value is `undefined` when there is none. */
export function step(place: Place, edge: string): Place {
  const { value, shape } = place;
  if (edge.startsWith('f:')) {
    const name = edge.slice(2);
    const member = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    return { value: member, shape: fieldShape(shape, name) };
  }
  const { list } = shape;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return { value: list && items.find((item) => edgeOf(item, list) === edge), shape: itemShape(shape) };
}

/** Whether members or items of `value` can be owned one by one. */
export function isGranular({ value, shape }: Place): boolean {
  return Array.isArray(value) ? shape.list !== undefined : isRecord(value);
}
