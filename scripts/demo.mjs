/** `npm run demo`: the main job on this machine, from a bare clone. See `scripts/demo/main.ts`. */
import { installDependencies, runScript } from './bootstrap.mjs';

const HELP = `npm run demo -- [--once] [--json]

Runs an operator (embedded store) and an agent on this machine's podman, deploys examples/hello-edge, and shows each step.
It uses storage, sockets and a firewall table of its own, and removes them at the end. It needs podman: as root it is
installed with apt when it is missing.

  --once   end when all steps were seen: 0, or 1 with the cause
  --json   one line of JSON per step on standard output, nothing else there
  --help   this text
`;
const KNOWN = ['--once', '--json', '--help', '-h'];

const args = process.argv.slice(2);
const unknown = args.filter((arg) => !KNOWN.includes(arg));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(' ')}\n\n${HELP}`);
  process.exitCode = 2;
} else if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(HELP);
} else {
  installDependencies();
  process.exitCode = await runScript('scripts/demo/main.ts', args);
}
