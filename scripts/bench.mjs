/** `npm run bench:<name>`: benchmarks, each documented in `docs/benchmarks.md`. `--json` prints figures as JSON lines alone. */
import { fail, installDependencies, runScript } from './bootstrap.mjs';

const [name, ...args] = process.argv.slice(2);
const BENCHES = { deploy: 'scripts/bench/deploy.ts' };
const file = BENCHES[name];
if (file === undefined) fail(`no benchmark ${name ?? ''}; there are: ${Object.keys(BENCHES).join(', ')}`);
installDependencies();
if ((await runScript('scripts/build.ts', ['--fast'])) !== 0) fail('the build failed; see above');
process.exitCode = await runScript(file, args);
