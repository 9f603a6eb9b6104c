import type { ExecFileException } from 'node:child_process';
import { K4eError } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';

/** A call of nft that is over. `error` is `null` when it ended well. */
export interface NftOutcome {
  readonly error: ExecFileException | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface FailureKind {
  readonly applies: (error: ExecFileException, stderr: string) => boolean;
  readonly code: ErrorCode;
  readonly words: string;
}

/** How much of nft's own words goes into an error, in characters. */
export const QUOTED_OUTPUT_MAX_LENGTH = 400;

/** What launchers such as nsenter end with when they cannot start the program; nft itself ends with 1. */
const COMMAND_NOT_EXECUTABLE = 126;
const COMMAND_NOT_FOUND = 127;

/** The first that applies says what went wrong. nft tells by its words alone; its messages are never translated. */
const FAILURE_KINDS: readonly FailureKind[] = [
  { applies: ({ code }) => code === 'ABORT_ERR', code: 'ABORTED', words: 'the call was cancelled' },
  {
    applies: ({ code }) => code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
    code: 'TOO_LARGE',
    words: 'nft printed more than is allowed',
  },
  {
    applies: ({ code }) => code === 'ENOENT',
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft is not installed; install the package nftables',
  },
  {
    applies: ({ code }) => typeof code === 'string' || code === COMMAND_NOT_EXECUTABLE || code === COMMAND_NOT_FOUND,
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft cannot be started',
  },
  {
    applies: ({ killed }) => killed === true,
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft did not end within its time limit',
  },
  {
    applies: ({ signal }) => typeof signal === 'string',
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft was ended by a signal; a crash can mean that another version of nft wrote the ruleset',
  },
  {
    applies: (_error, stderr) => /you must be root|cache initialization failed: Operation not permitted/.test(stderr),
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft may not be used; it needs root or the capability NET_ADMIN',
  },
  {
    applies: (_error, stderr) => /Netlink socket|Protocol not supported|cache initialization failed/.test(stderr),
    code: 'FIREWALL_UNAVAILABLE',
    words: 'the kernel offers no nftables',
  },
  {
    applies: (_error, stderr) => stderr.includes('Could not open file "/dev/stdin"'),
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft is too old; 1.0.2 or newer is needed',
  },
  {
    applies: (_error, stderr) => stderr.includes('JSON support'),
    code: 'FIREWALL_UNAVAILABLE',
    words: 'nft was built without JSON support',
  },
];

const REFUSED: Omit<FailureKind, 'applies'> = {
  code: 'FIREWALL_REFUSED',
  words: 'nft refused the ruleset; the one before is still in force',
};

/** What nft printed when it ended well; otherwise throws the `K4eError` for its failure. */
export function stdoutOf({ error, stdout, stderr }: NftOutcome): string {
  if (error === null) return stdout;
  const { code, words } = FAILURE_KINDS.find(({ applies }) => applies(error, stderr)) ?? REFUSED;
  const said = stderr.trim().replaceAll(/\s+/g, ' ').slice(0, QUOTED_OUTPUT_MAX_LENGTH);
  const message = said === '' ? words : `${words}: ${said}`;
  throw new K4eError(code, { message, cause: error, retry: code === 'ABORTED' ? 'never' : 'backoff' });
}

/** Whether nft was asked for something that does not exist. */
export function saysNotFound({ error, stderr }: NftOutcome): boolean {
  return typeof error?.code === 'number' && /^Error: No such file or directory/m.test(stderr);
}
