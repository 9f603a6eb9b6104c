import * as z from 'zod';

/** A list that peers written in Go send as `null` when it is empty. Absent and `null` read as the empty list. */
export function wireList<Item extends z.ZodType>(item: Item, maxItems: number) {
  return z
    .array(item)
    .max(maxItems)
    .nullish()
    .transform((list) => list ?? []);
}

/**
 * A list of which absent and `null` read as "not told", and only `[]` as empty. Peers written in Go send `null` for a list
 * that they leave alone when they send what changed.
 */
export function wireOptionalList<Item extends z.ZodType>(item: Item, maxItems: number) {
  return z
    .array(item)
    .max(maxItems)
    .nullish()
    .transform((list) => list ?? undefined);
}

/** A text member; `null` reads as absent. */
export function wireText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .nullish()
    .transform((text) => text ?? undefined);
}

/** A number member; `null` reads as absent. */
export function wireNumber() {
  return z
    .number()
    .nullish()
    .transform((number) => number ?? undefined);
}

/** An integer member; `null` reads as absent. */
export function wireInt() {
  return z
    .int()
    .nullish()
    .transform((number) => number ?? undefined);
}

/** A boolean member; `null` reads as absent. */
export function wireFlag() {
  return z
    .boolean()
    .nullish()
    .transform((flag) => flag ?? undefined);
}

/** An object member; `null` reads as absent. */
export function wireObject<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** An object with keys of the sender's choice, bounded in number and length; `null` reads as absent, also as a value. */
export function wireMap<S extends z.ZodType>(value: S, limits: { maxKeyLength: number; maxEntries: number }) {
  const { maxKeyLength, maxEntries } = limits;
  const map = z
    .record(z.string().max(maxKeyLength), wireObject(value))
    .refine((entries) => Object.keys(entries).length <= maxEntries, `has more than ${maxEntries} entries`)
    .meta({ maxProperties: maxEntries });
  return map.nullish().transform((entries) => entries ?? undefined);
}
