/** `npm run device-image`: an image that a device boots from. See `scripts/device-image/main.ts`. */
import { runCommand } from './bootstrap.mjs';

const HELP = `npm run device-image -- --format iso|raw --out FILE [--config device.yaml] [--version VERSION] [--update] [--fast] [--json]

Builds what an edge device boots from, with BIOS and with UEFI: Debian 13 with the agent, read-only. An iso boots from a stick
or an optical disc, and keeps data on an empty disk of the device; raw is written to the device's disk, and keeps data in the
rest of it. It takes root, x86-64 and Debian's mmdebstrap (installed where it is missing), and three minutes, or two minutes more
the first time. Prints the path of the image. docs/device-image.md tells all.

  --format FORMAT    iso or raw
  --out FILE         where the image is put
  --config FILE      what devices of this image are told: control plane, network, disk, ... (default: nothing; a person then
                     writes it to k4e.yaml on the FAT volume K4E of the image)
  --version VERSION  version of the agent's package (default: that of @k4e/agent)
  --update           take today's packages of Debian; else those of the last build, which ~/.cache/k4e keeps
  --fast             compress less
  --json             one line of JSON: format, file, bytes, sha256, seconds
  --help             this text

  SOURCE_DATE_EPOCH  the age of the files, in seconds since 1970 (default: that of the last commit)
`;
const options = {
  config: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  version: { type: 'string' },
  update: { type: 'boolean' },
  fast: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

await runCommand({ help: HELP, options, script: 'scripts/device-image/main.ts' });
