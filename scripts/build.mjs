/** `npm run build`: the packages as they are published, into `packages/<name>/dist`. */
import { installDependencies, runScript } from './bootstrap.mjs';

installDependencies();
process.exitCode = await runScript('scripts/build.ts', process.argv.slice(2));
