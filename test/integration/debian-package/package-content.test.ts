/** What is in the packages, as Debian's own tools say it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { OWN_ARCHITECTURE, buildPackage } from './build-package.ts';
import type { BuiltPackage } from './build-package.ts';

const run = promisify(execFile);
const MIB = 1_024 * 1_024;
/** Of a package that is as little compressed as those of tests; others have 30 MiB. */
const MAX_PACKAGE_BYTES = 52 * MIB;
const MAX_INSTALLED_KIB = 135 * 1_024;

/** A file of a package, as `dpkg-deb --contents` shows it. */
interface Listed {
  readonly mode: string;
  readonly owner: string;
  /** With `-> target` for a link. */
  readonly path: string;
}

await describeWithPart('debian-tools', 'the packages', () => {
  let directory: string;
  const packages = new Map<string, BuiltPackage>();
  const packageFor = (architecture: string): BuiltPackage => {
    const found = packages.get(architecture);
    if (found === undefined) throw new Error(`none was built for ${architecture}`);
    return found;
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-deb-test-'));
    for (const architecture of ['amd64', 'arm64'])
      packages.set(architecture, await buildPackage(architecture, '1.0.0', directory));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const list = async (architecture: string): Promise<readonly Listed[]> => {
    const { stdout } = await run('dpkg-deb', ['--contents', packageFor(architecture).file]);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [mode = '', owner = '', , , , ...path] = line.split(/\s+/);
        return { mode, owner, path: path.join(' ') };
      });
  };

  test('the same inputs give the same bytes', async () => {
    const again = await buildPackage('amd64', '1.0.0', join(directory, 'again'));
    expect(again).toEqual({ ...packageFor('amd64'), file: again.file });
    const [first, second] = [await readFile(packageFor('amd64').file), await readFile(again.file)];
    expect(first.equals(second)).toBe(true);
  });

  test('lintian has nothing to say against it', async () => {
    const { stdout } = await run('lintian', ['--allow-root', '--fail-on=error,warning', packageFor('amd64').file]);
    expect(stdout).toBe('');
  });

  test.each(['amd64', 'arm64'])(
    'everything is where it belongs, and only root may write it: %s',
    async (architecture) => {
      const listed = await list(architecture);
      for (const { owner, mode, path } of listed) {
        expect(owner, path).toBe('root/root');
        expect(mode, path).toMatch(/^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|lrwxrwxrwx)$/);
      }
      const programs = listed.filter(({ mode }) => mode === '-rwxr-xr-x').map(({ path }) => path);
      const names = ['k4e-agent.mjs', 'k4e-device-worker.mjs', 'k4e-gateway.mjs', 'node', 'with-systemd-sockets'];
      const generator = './usr/lib/systemd/system-generators/k4e-memory-generator';
      expect(programs).toEqual([...names.map((name) => `./usr/lib/k4e/${name}`), generator]);
      const others = listed.map(({ path }) => path).filter((path) => !/\/$|\/usr\/lib\/k4e\//.test(path));
      expect(others.sort()).toEqual([
        './etc/containers/containers.conf.d/k4e.conf',
        './etc/k4e/agent.yaml',
        './usr/bin/k4e-agent -> ../lib/k4e/k4e-agent.mjs',
        './usr/bin/k4e-gateway -> ../lib/k4e/k4e-gateway.mjs',
        './usr/lib/systemd/system-generators/k4e-memory-generator',
        './usr/lib/systemd/system/k4e-agent.service',
        './usr/lib/systemd/system/k4e-console.path',
        './usr/lib/systemd/system/k4e-console.service',
        './usr/lib/systemd/system/k4e-gateway.service',
        './usr/lib/systemd/system/podman.service.d/k4e.conf',
        './usr/libexec/yggdrasil/k4e-device-worker -> ../../lib/k4e/k4e-device-worker.mjs',
        './usr/share/doc/k4e-agent/changelog.gz',
        './usr/share/doc/k4e-agent/copyright',
        './usr/share/lintian/overrides/k4e-agent',
        './usr/share/man/man1/k4e-agent.1.gz',
        './usr/share/man/man1/k4e-device-worker.1.gz',
        './usr/share/man/man1/k4e-gateway.1.gz',
      ]);
    },
  );

  test.each(['amd64', 'arm64'])('its control file says what it is and what it takes: %s', async (architecture) => {
    const { file, installedKib } = packageFor(architecture);
    const field = async (name: string): Promise<string> =>
      (await run('dpkg-deb', ['--field', file, name])).stdout.trim();
    expect(await field('Package')).toBe('k4e-agent');
    expect(await field('Architecture')).toBe(architecture);
    expect(await field('Version')).toBe('1.0.0');
    expect(await field('Installed-Size')).toBe(String(installedKib));
    const needed = (await field('Depends')).split(', ').map((word) => word.split(' ')[0]);
    expect(needed).toEqual(expect.arrayContaining(['podman', 'nftables', 'netavark', 'catatonit', 'libc6']));
  });

  test.each(['amd64', 'arm64'])('it takes no more than it has to: %s', (architecture) => {
    const { sizeBytes, installedKib } = packageFor(architecture);
    expect(sizeBytes).toBeLessThan(MAX_PACKAGE_BYTES);
    expect(installedKib).toBeLessThan(MAX_INSTALLED_KIB);
  });

  test('the Node in it is for its processor', async () => {
    const machines = { amd64: 62, arm64: 183 };
    for (const [architecture, machine] of Object.entries(machines)) {
      const root = join(directory, `root-${architecture}`);
      await run('dpkg-deb', ['--extract', packageFor(architecture).file, root]);
      const elf = await readFile(join(root, 'usr/lib/k4e/node'));
      expect([elf.subarray(1, 4).toString(), elf.readUInt16LE(18)], architecture).toEqual(['ELF', machine]);
    }
  });

  test('its programs run on that Node, and every piece has a source map without the sources', async () => {
    const library = join(directory, `root-${OWN_ARCHITECTURE}`, 'usr/lib/k4e');
    const { stdout } = await run(join(library, 'node'), [join(library, 'k4e-agent.mjs'), '--version']);
    expect(stdout).toBe('1.0.0\n');
    const names = await readdir(library);
    for (const name of names.filter((name) => name.endsWith('.mjs'))) {
      const begin = await readFile(join(library, name), 'utf8');
      if (name.startsWith('k4e-')) expect(begin.split('\n')[0]).toBe('#!/usr/lib/k4e/node');
      expect(names).toContain(`${name}.map`);
      expect(await readFile(join(library, `${name}.map`), 'utf8')).not.toContain('"sourcesContent"');
    }
  });
});
