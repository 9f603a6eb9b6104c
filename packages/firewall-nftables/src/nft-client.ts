import { execFile } from 'node:child_process';
import { saysNotFound, stdoutOf } from './nft-failure.ts';
import type { NftOutcome } from './nft-failure.ts';

/** How nft is started. */
export interface NftClientOptions {
  /** The program. Default `nft`, looked for in the system's usual places. */
  readonly nftPath?: string;
  /** A program and arguments that start nft, such as `['nsenter', '--net=/run/netns/x']`. Default: none. */
  readonly launcher?: readonly string[];
  /** After this time nft is killed; what it began is in force whole, or not at all. Default `NFT_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
}

/** The end of a call, if it may be ended early. */
interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** The calls of nft that we need. Each starts one process, without a shell. All failures are those of `stdoutOf`. */
export interface NftClient {
  /** The listing of a table of family `inet`, or `undefined` when there is none. */
  listTable(table: string, options: Abortable): Promise<string | undefined>;
  /** The listing of everything, without the elements of sets. */
  listRuleset(options: Abortable): Promise<string>;
  /** Runs a script as one transaction. Cannot be aborted, so that its outcome is known. */
  runScript(script: string): Promise<void>;
}

/** How long one call of nft may take. */
export const NFT_TIMEOUT_MS = 10_000;

/** The most that nft may print: far above a full table of ours, enough for large rulesets of others. */
export const NFT_OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/** Where programs are looked for; the environment of this process is not consulted. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Numbers, because names depend on databases of the host. */
const LIST = ['--json', '--numeric'];

/** Creates a client that starts nft anew for each call. */
export function createNftClient(options: NftClientOptions): NftClient {
  const call = (args: readonly string[], input: Abortable & { readonly stdin?: string }): Promise<NftOutcome> =>
    runNft(options, args, input);
  return {
    async listTable(table, { signal }) {
      const outcome = await call([...LIST, 'list', 'table', 'inet', table], { signal });
      return saysNotFound(outcome) ? undefined : stdoutOf(outcome);
    },
    listRuleset: async ({ signal }) => stdoutOf(await call([...LIST, '--terse', 'list', 'ruleset'], { signal })),
    async runScript(script) {
      stdoutOf(await call(['--file', '-'], { stdin: script }));
    },
  };
}

function runNft(
  { nftPath = 'nft', launcher = [], timeoutMs = NFT_TIMEOUT_MS }: NftClientOptions,
  args: readonly string[],
  { stdin, signal }: Abortable & { readonly stdin?: string },
): Promise<NftOutcome> {
  const [program, ...leading] = [...launcher, nftPath];
  const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: NFT_OUTPUT_LIMIT_BYTES } as const;
  const env = { PATH: SYSTEM_PATH, LC_ALL: 'C' };
  return new Promise((resolve) => {
    const settings = { ...limits, env, ...(signal === undefined ? {} : { signal }) };
    const child = execFile(program, [...leading, ...args], settings, (error, stdout, stderr) => {
      resolve({ error, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin ?? '');
  });
}
