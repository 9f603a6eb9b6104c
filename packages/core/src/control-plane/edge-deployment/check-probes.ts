import { PROBE_FIELDS, probedContainerSchema } from '../../resources/index.ts';
import { forbidden } from './unsupported.ts';
import type { Reasons, Unsupported } from './unsupported.ts';

const RUNS_TO_ITS_END = 'an init container runs to its end and is not probed; remove it';
const UNPROBED: Reasons = Object.fromEntries(PROBE_FIELDS.map((field) => [field, RUNS_TO_ITS_END]));

/** Refuses probes that a device cannot make, in the words of the schema by which the device reads them. */
export function checkProbes(container: Record<string, unknown>, path: string): Unsupported[] {
  const probes = Object.fromEntries(['name', 'ports', ...PROBE_FIELDS].map((field) => [field, container[field]]));
  const { error } = probedContainerSchema.safeParse(probes);
  return (error?.issues ?? []).map((issue) => ({ path: `${path}${pathText(issue.path)}`, reason: issue.message }));
}

/** Refuses probes of an init container. */
export function checkUnprobed(container: unknown, path: string): Unsupported[] {
  return forbidden(container, UNPROBED, path);
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
}
