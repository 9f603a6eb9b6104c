import * as z from 'zod';

const uploadedSchema = z.object({
  kind: z.literal('uploaded'),
  workload: z.string(),
  files: z.number(),
  /** Milliseconds since 1970. */
  atMs: z.number(),
});
const lookedSchema = z.object({
  kind: z.literal('looked'),
  workload: z.string(),
  files: z.number(),
  durationMs: z.number(),
});
const troubleSchema = z.object({ kind: z.literal('trouble'), text: z.string() });

/**
 * What the agent of the benchmark tells:
 *
 * | kind | meaning |
 * |---|---|
 * | `uploaded` | that many files of a workload, and nothing of it is left to upload |
 * | `looked` | a look at a workload met that many files; it takes until the last of them was dealt with, or is on its way |
 * | `trouble` | something went wrong, in words |
 */
export const agentMessageSchema = z.discriminatedUnion('kind', [uploadedSchema, lookedSchema, troubleSchema]);

/** See `agentMessageSchema`. */
export type AgentMessage = z.infer<typeof agentMessageSchema>;
