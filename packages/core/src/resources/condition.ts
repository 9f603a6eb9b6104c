import * as z from 'zod';

/** Longest message of a condition, in characters; longer ones are cut. */
export const CONDITION_MESSAGE_MAX_LENGTH = 1_024;

/** A Kubernetes status condition. */
export const conditionSchema = z.strictObject({
  type: z.string().min(1).max(316).describe('What the condition is about, in CamelCase.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().min(1).max(1_024).describe('One CamelCase word for the cause, for machines.'),
  message: z.string().max(CONDITION_MESSAGE_MAX_LENGTH).describe('The cause in words, and what happens next.'),
  lastTransitionTime: z.iso.datetime({ offset: true }).describe('When the status last changed.'),
  observedGeneration: z.int().min(0).optional().describe('The metadata.generation that the condition speaks of.'),
});

/** A Kubernetes status condition. */
export type Condition = z.infer<typeof conditionSchema>;

/** What a reconciler says of a condition; the time of its last change is worked out from the one before. */
export type ConditionUpdate = Omit<Condition, 'lastTransitionTime'>;

/** `update` as a condition: keeps the transition time of `previous` while the status stays, else takes `nowMs`. Cuts long messages. */
export function nextCondition(previous: Condition | undefined, update: ConditionUpdate, nowMs: number): Condition {
  const { message } = update;
  const cut =
    message.length <= CONDITION_MESSAGE_MAX_LENGTH ? message : `${message.slice(0, CONDITION_MESSAGE_MAX_LENGTH - 1)}…`;
  const lastTransitionTime =
    previous?.status === update.status ? previous.lastTransitionTime : new Date(nowMs).toISOString();
  return { ...update, message: cut, lastTransitionTime };
}
