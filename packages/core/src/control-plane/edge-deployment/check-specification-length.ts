import { MAX_SPECIFICATION } from '../../protocol/index.ts';
import type { Unsupported } from './unsupported.ts';

/** Refuses a pod whose text (wire: `specification`) is longer than devices read. */
export function checkSpecificationLength({ length }: string, path: string): Unsupported[] {
  if (length <= MAX_SPECIFICATION) return [];
  const reason = `${length} characters of YAML, devices read at most ${MAX_SPECIFICATION}; move what is long into the image`;
  return [{ path, reason }];
}
