import { K4eError } from '../foundation/index.ts';

/** A DNS subdomain of at most 63 characters: safe as the name of a directory. */
const WORKLOAD_NAME = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/;
/** Longest excerpt of a bad name in an error, in characters. */
const EXCERPT_LENGTH = 80;

/** Throws `INVALID_INPUT` for what is not a name of a workload: a DNS subdomain of at most 63 characters. */
export function checkWorkloadName(workload: string): void {
  if (WORKLOAD_NAME.test(workload)) return;
  throw new K4eError('INVALID_INPUT', {
    subject: JSON.stringify(workload.slice(0, EXCERPT_LENGTH)),
    message: 'is not a name of a workload',
    retry: 'never',
  });
}
