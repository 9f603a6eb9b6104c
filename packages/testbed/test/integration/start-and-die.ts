/** A program that starts the part it is told, prints the part's directory and kills itself: a test worker that crashes. */
import { dirname } from 'node:path';

import { startControlPlane } from '../../src/index.ts';

const starters: Readonly<Record<string, () => Promise<string>>> = {
  'control-plane': async () => dirname((await startControlPlane()).adminKubeconfigPath),
};

const start = starters[process.argv[2] ?? ''];
if (start === undefined) throw new Error('which part?');
const directory = await start();
process.stdout.write(`${directory}\n`, () => process.kill(process.pid, 'SIGKILL'));
