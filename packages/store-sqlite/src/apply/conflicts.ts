import { jsonEqual } from '@k4e/core';
import type { FieldTree } from './field-tree.ts';
import { isLeaf } from './field-tree.ts';
import { isGranular, step } from './step.ts';
import type { Place } from './step.ts';

/**
 * Paths of fields of `theirs` that going from `live` to `merged` by way of `ours` gives another value.
 * A path ends where either side owns the field whole.
 */
export function conflictingPaths(
  theirs: FieldTree,
  ours: FieldTree,
  live: Place,
  merged: Place,
): readonly (readonly string[])[] {
  return Object.entries(ours).flatMap(([edge, below]) => {
    const their = theirs[edge];
    if (their === undefined) return [];
    const [from, to] = [step(live, edge), step(merged, edge)];
    if (!isLeaf(their) && !isLeaf(below) && isGranular(from)) {
      return conflictingPaths(their, below, from, to).map((path) => [edge, ...path]);
    }
    const mergedInto = isGranular(from) && isGranular(to) && Array.isArray(from.value) === Array.isArray(to.value);
    return mergedInto || jsonEqual(from.value, to.value) ? [] : [[edge]];
  });
}
