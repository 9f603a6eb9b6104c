/**
 * What has to be there before any of our TypeScript can run. Plain JavaScript for the Node that the machine has (20 or
 * newer): the toolchain's own Node 24 comes with the dependencies.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const lockfile = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules', '.k4e-installed');
/** Where npm notes what it has installed, when it has. */
const installed = join(root, 'node_modules', '.package-lock.json');

/** Tells people on standard error what takes time; standard output belongs to the script's results. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `npm ci` unless the dependencies of just this lockfile are installed: by us, or by hand since it was written. */
export function installDependencies() {
  const lock = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lockfile).mtimeMs) return;
  say('installing the dependencies with npm ci, about half a minute ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail('npm ci failed; see above. Is the npm registry reachable?');
  writeFileSync(stamp, lock);
}

/** The environment for our scripts: the toolchain's Node first. */
export function toolchainEnv(extra = {}) {
  return { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...extra };
}

/** Runs a TypeScript file of ours on the toolchain's Node and resolves to its exit code. Signals are passed on. */
export function runScript(file, args, extra = {}) {
  const nodeArgs = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', join(root, file), ...args];
  return run(join(bin, 'node'), nodeArgs, extra);
}

/** Runs a program of the toolchain (vitest, tsc, ...) and resolves to its exit code. */
export function runTool(tool, args, extra = {}) {
  return run(join(bin, tool), args, extra);
}

/** Runs a program of the toolchain and resolves to its exit code and what it has said, on both of its outputs. */
export async function runToolQuietly(tool, args) {
  const said = [];
  const code = await run(join(bin, tool), args, {}, (chunk) => said.push(chunk));
  return { code, output: said.join('') };
}

function run(file, args, extra, onOutput) {
  return new Promise((resolve) => {
    const stdio = onOutput === undefined ? 'inherit' : ['inherit', 'pipe', 'pipe'];
    const child = spawn(file, args, { cwd: root, stdio, env: toolchainEnv(extra) });
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    child.stderr?.setEncoding('utf8').on('data', onOutput);
    const passOn = (signal) => child.kill(signal);
    process.on('SIGINT', passOn).on('SIGTERM', passOn);
    child.on('error', (error) => fail(`${file}: ${error.message}`));
    child.on('close', (code, signal) => {
      process.off('SIGINT', passOn).off('SIGTERM', passOn);
      resolve(code ?? (signal === null ? 1 : 128));
    });
  });
}

/** Ends with a message for the user. */
export function fail(message) {
  say(message);
  process.exit(1);
}

/**
 * A command of the project: tells its `help`, refuses flags that are not in `options` (as `parseArgs` of Node has them) with
 * status 2, or runs `script` with its arguments, the dependencies being there.
 */
export async function runCommand({ help, options, script }) {
  const args = process.argv.slice(2);
  let flags;
  try {
    flags = parseArgs({ args, options }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  if (flags.help === true) {
    process.stdout.write(help);
    return;
  }
  installDependencies();
  process.exitCode = await runScript(script, args);
}
