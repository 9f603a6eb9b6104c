import * as z from 'zod';
import { K4eError } from '../../foundation/index.ts';
import { readContent, workloadSchema } from '../../protocol/index.ts';
import type { ReceivedWorkload } from '../../protocol/index.ts';

/** Name of the state document that holds the configuration. */
export const CONFIGURATION_DOCUMENT = 'configuration';

/** What is kept of a configuration: as it was received, so that a newer agent finds in it what this one ignores. */
export interface ConfigurationDocument {
  readonly content: unknown;
  /** Of workloads whose specification in `content` cannot be used: the last one that could. */
  readonly lastGood: readonly ReceivedWorkload[];
}

const documentSchema = z.object({ content: z.unknown(), lastGood: z.array(workloadSchema).default([]) });

/** The bytes of a document: JSON in UTF-8. */
export function writeConfigurationDocument(document: ConfigurationDocument): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

/** Reads the bytes of a document. Throws `STATE_CORRUPT`. What `content` says is for `readConfiguration` to judge. */
export function readConfigurationDocument(bytes: Uint8Array): ConfigurationDocument {
  try {
    return readContent(documentSchema, parseJson(bytes), CONFIGURATION_DOCUMENT);
  } catch (cause) {
    throw new K4eError('STATE_CORRUPT', { subject: CONFIGURATION_DOCUMENT, retry: 'never', cause });
  }
}

/** A parser's own message quotes the text, which may hold secrets. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new K4eError('INVALID_INPUT', { message: 'not JSON', retry: 'never' });
  }
}
