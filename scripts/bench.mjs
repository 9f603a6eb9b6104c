/** `npm run bench:<name>`: benchmarks; their figures are in `docs/benchmarks.md`. */
import { fail, installDependencies, runScript } from './bootstrap.mjs';

const BENCHES = {
  deploy: 'scripts/bench/deploy.ts',
  device: 'scripts/bench/device.ts',
  delivery: 'scripts/bench/delivery.ts',
  upload: 'scripts/bench/upload.ts',
};
const HELP = `npm run bench:<name> -- [--json] [--minutes N]

  ${Object.keys(BENCHES).join(', ')}   what they measure stands in docs/benchmarks.md

  --json        the figures as JSON lines on standard output, nothing else there
  --minutes N   of device alone: how long it is measured. Default: 10
`;

const [name = '', ...args] = process.argv.slice(2);
const known = (arg, index) =>
  ['--json', '--help', '-h'].includes(arg) || (name === 'device' && [arg, args[index - 1]].includes('--minutes'));
const unknown = args.filter((arg, index) => !known(arg, index));
if (name.startsWith('-') || args.includes('--help') || args.includes('-h')) {
  process.stdout.write(HELP);
} else if (!(name in BENCHES) || unknown.length > 0) {
  process.stderr.write(`unknown: ${[...(name in BENCHES ? [] : [name]), ...unknown].join(' ')}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  installDependencies();
  if ((await runScript('scripts/build.ts', ['--fast'])) !== 0) fail('the build failed; see above');
  process.exitCode = await runScript(BENCHES[name], args);
}
