/** `npm run demo`: the main job on this machine, from a bare clone. See `scripts/demo/main.ts`. */
import { runCommand } from './bootstrap.mjs';

const HELP = `npm run demo -- [--once] [--json] [--s3-endpoint URL]

Runs an operator (embedded store) and an agent on this machine's podman, deploys examples/hello-edge, and shows each step,
to the file that the pod writes and that arrives in a bucket.
It uses storage, sockets and a firewall table of its own, and removes them at the end. It needs podman: as root it is
installed with apt when it is missing.

  --once              end when all steps were seen: 0, or 1 with the cause
  --json              one line of JSON per step on standard output, nothing else there
  --s3-endpoint URL   where the pod's files go, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment; a
                      bucket is made there, and removed. Default: MinIO where the program is at hand, else an endpoint
                      of the demo's own
  --help              this text
`;
const options = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  's3-endpoint': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};

await runCommand({ help: HELP, options, script: 'scripts/demo/main.ts' });
