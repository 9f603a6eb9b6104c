import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { renderControl } from './control-file.ts';
import { gzip, renderChangelog, renderManPage } from './documents.ts';
import { NODE_VERSION } from './node-program.ts';

const MAINTAINER = { name: 'A B', email: 'a@b.example' };
const EPOCH_SECONDS = 1_795_435_200;

test('devices get the Node that everything is tried with', () => {
  expect(NODE_VERSION, 'scripts/debian/node-program.ts names another Node than package-lock.json').toBe(
    process.versions.node,
  );
});

test('the changelog says version, person and date as Debian has them', () => {
  expect(renderChangelog('1.2.3', MAINTAINER, EPOCH_SECONDS)).toMatch(
    /^k4e-agent \(1\.2\.3\) unstable; urgency=medium\n\n {2}\* .+\n\n -- A B <a@b\.example> {2}Mon, 23 Nov 2026 12:00:00 \+0000\n$/,
  );
});

test('a manual page gives no line of the help another meaning', () => {
  const page = renderManPage('k4e-agent', 'runs', "one\n.two\n'three\n--four \\n", EPOCH_SECONDS);
  expect(page).toContain('.TH K4E-AGENT 1 "2026-11-23"');
  expect(page).toContain("one\n\\&.two\n\\&'three\n\\-\\-four \\en\n.fi");
});

test('what is compressed says neither when nor where that was done', () => {
  const [first, second] = [gzip('text'), gzip('text')];
  expect(first).toEqual(second);
  expect(first.readUInt32LE(4)).toBe(0);
  expect(gunzipSync(first).toString()).toBe('text');
});

test('the control file has a field a line, and a description that goes on', () => {
  const control = renderControl({ version: '1.2.3', architecture: 'arm64', maintainer: MAINTAINER, installedKib: 7 });
  const lines = control.trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^([A-Z][A-Za-z-]+: \S| \S)/);
  expect(lines).toEqual(expect.arrayContaining(['Version: 1.2.3', 'Architecture: arm64', 'Installed-Size: 7']));
});
