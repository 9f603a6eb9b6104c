/** `npm run package:deb`: the agent as packages for Debian 12 and 13. See `scripts/debian/main.ts`. */
import { runCommand } from './bootstrap.mjs';

const HELP = `npm run package:deb -- [--arch amd64|arm64|all] [--out DIR] [--version VERSION] [--fast] [--json]

Builds k4e-agent_VERSION_ARCH.deb: the agent, the gateway and the device worker with a Node of their own, units and settings.
The same inputs give the same bytes. It needs dpkg-deb, which every Debian has, and npm, which fetches Node once for each
architecture (50 MB, to ~/.cache/k4e). Prints the path of each package.

  --arch ARCH        amd64, arm64 or all, on any machine (default: all)
  --out DIR          where the packages are put (default: dist)
  --version VERSION  version of the package, and of the programs in it (default: that of @k4e/agent)
  --fast             compress less: half as large again, and ten times as fast
  --json             one line of JSON per package: file, version, architecture, sizes, digest
  --help             this text

  SOURCE_DATE_EPOCH    the age of the files, in seconds since 1970 (default: that of the last commit)
  DEBFULLNAME, DEBEMAIL  who answers for the package
`;
const options = {
  arch: { type: 'string' },
  out: { type: 'string' },
  version: { type: 'string' },
  fast: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

await runCommand({ help: HELP, options, script: 'scripts/debian/main.ts' });
