import { LineCounter, parseDocument } from 'yaml';
import { K4eError, errorText } from '../../foundation/index.ts';
import { MAX_SPECIFICATION, readContent } from '../../protocol/index.ts';
import { podSpecSchema } from '../../resources/index.ts';
import type { PodSpec } from '../../resources/index.ts';

/** How far aliases of a specification may multiply, so that a short text cannot become a huge pod. */
export const MAX_YAML_ALIASES = 100;

/**
 * Reads the specification of a workload (wire: a PodSpec as YAML text). Throws `INVALID_INPUT` with the workload as its
 * subject; the message names the member or the line, and never quotes the text, which may hold secrets.
 */
export function readPodSpec(text: string, workload: string): PodSpec {
  if (text.length > MAX_SPECIFICATION) {
    throw invalid(workload, `specification of ${text.length} characters, ${MAX_SPECIFICATION} are allowed`);
  }
  return readContent(podSpecSchema, parseYaml(text, workload), workload);
}

function parseYaml(text: string, workload: string): unknown {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', lineCounter: lines });
    const [error] = document.errors;
    if (error === undefined) return document.toJS({ maxAliasCount: MAX_YAML_ALIASES });
    throw invalid(workload, `specification is not YAML: ${error.code} in line ${lines.linePos(error.pos[0]).line}`);
  } catch (error) {
    if (error instanceof K4eError) throw error;
    throw invalid(workload, `specification cannot be read: ${errorText(error)}`);
  }
}

function invalid(subject: string, message: string): K4eError {
  return new K4eError('INVALID_INPUT', { subject, message, retry: 'never' });
}
