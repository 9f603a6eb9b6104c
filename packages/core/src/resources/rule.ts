import type { z } from 'zod';

/** A validation rule that spans fields: once in CEL for the API server, once as a function for every other validator. */
export interface Rule<T> {
  /** The CEL expression of `x-kubernetes-validations`. */
  readonly cel: string;
  /** What the user reads when the rule is broken. */
  readonly message: string;
  /** The same decision here: true when `self` keeps the rule. */
  readonly holds: (self: T) => boolean;
}

/** `schema` with rules that both zod and the derived CRD enforce. */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  const checked = rules.reduce<S>(
    (current, rule) => current.refine((self: z.output<S>) => rule.holds(self), { message: rule.message }),
    schema,
  );
  const validations = rules.map(({ cel, message }) => ({ rule: cel, message }));
  return checked.meta({ ...schema.meta(), 'x-kubernetes-validations': validations });
}
