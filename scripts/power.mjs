/** `npm run test:power`: the power of devices is cut. See `test/power/main.ts`. */
import { runCommand } from './bootstrap.mjs';

const HELP = `npm run test:power -- [--cuts N] [--seed N] [--phases A,B] [--json]

Cuts the power of devices, which are virtual machines with the Debian package, at random moments of everything they do, and
waits until each is again what it should be: nothing lost, half, twice or doubled. Prints a table of the phases and one line
of figures; status 1 when something was wrong. It takes root, and about a minute and a half a cut where the processor is
emulated.

  --cuts N       how many (default: 9, one for each phase)
  --seed N       the same number makes the same cuts (default: another one each time; it is printed)
  --phases A,B   of first-boot, registration, image-load, configuration-write, pod-start, replacement, upload, removal,
                 heartbeat-outbox (default: all, in turns)
  --json         the figures as one line of JSON on standard output, nothing else there
  --help         this text
`;
const options = {
  cuts: { type: 'string' },
  seed: { type: 'string' },
  phases: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

await runCommand({ help: HELP, options, script: 'test/power/main.ts' });
