import { gzipSync } from 'node:zlib';
import { PACKAGE } from './control-file.ts';
import type { Maintainer } from './control-file.ts';

const MS_PER_SECOND = 1_000;
const GZIP_LEVEL = 9;

/** As gzip does it without name and time. */
export function gzip(text: string): Buffer {
  return gzipSync(text, { level: GZIP_LEVEL });
}

/** Debian's changelog of a package; what changed is told by the releases of the npm packages. */
export function renderChangelog(version: string, maintainer: Maintainer, epochSeconds: number): string {
  const date = new Date(epochSeconds * MS_PER_SECOND).toUTCString().replace('GMT', '+0000');
  return `${PACKAGE} (${version}) unstable; urgency=medium

  * Version ${version} of @k4e/agent, whose change log tells what is new.

 -- ${maintainer.name} <${maintainer.email}>  ${date}
`;
}

/** The page of a program for `man`, made of what it says with `--help`. */
export function renderManPage(name: string, summary: string, help: string, epochSeconds: number): string {
  const date = new Date(epochSeconds * MS_PER_SECOND).toISOString().slice(0, 'YYYY-MM-DD'.length);
  return `.TH ${name.toUpperCase()} 1 "${date}" "k4e" "User Commands"
.SH NAME
${name} \\- ${summary}
.SH DESCRIPTION
.nf
${escape(help.trim())}
.fi
.SH SEE ALSO
.BR podman (1),
.BR nft (8)
`;
}

// A line that begins with a dot or a quote would be an instruction; hyphens are those of the keyboard.
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}
