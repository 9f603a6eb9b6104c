/**
 * A workload that wants files of the host: `hostile-workload.ts TRICK EXPORT OUTSIDE` plays one trick in a tight loop until
 * it is killed. Says `playing` on standard output after the first round.
 *
 * In EXPORT there are files to look at; in OUTSIDE is what must never be read.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';

const [trick = '', home = '', outside = ''] = process.argv.slice(2);
const at = (path: string): string => join(home, path);
const INNOCENT = 'innocent';

/** Each trick, set up when it is chosen; what it gives is one round of the loop. */
const TRICKS: Readonly<Record<string, () => () => void>> = {
  /** A directory is a link out of the export, every other moment. */
  'directory-for-link': () => {
    mkdirSync(at('d/sub'), { recursive: true });
    for (const name of ['secret', 'sub/secret', 'other']) writeFileSync(at(`d/${name}`), INNOCENT);
    return () => {
      renameSync(at('d'), at('aside'));
      symlinkSync(outside, at('d'));
      rmSync(at('d'));
      renameSync(at('aside'), at('d'));
    };
  },
  /** A directory in the middle of a path is swapped in one step, with no moment at which it is not there. */
  'directory-in-the-middle': () => {
    mkdirSync(at('a/b/sub'), { recursive: true });
    for (const name of ['secret', 'sub/secret']) writeFileSync(at(`a/b/${name}`), INNOCENT);
    let count = 0;
    return () => {
      symlinkSync(count++ % 2 === 0 ? relative(at('a'), outside) : outside, at('next'));
      renameSync(at('a/b'), at('b-aside'));
      renameSync(at('next'), at('a/b'));
      rmSync(at('a/b'));
      renameSync(at('b-aside'), at('a/b'));
    };
  },
  /** A link leads to a file of the export and out of it in turn, replaced in one step. */
  'link-for-link': () => {
    writeFileSync(at('secret'), INNOCENT);
    const targets = ['secret', join(outside, 'secret'), '/export/secret', relative(home, join(outside, 'secret'))];
    let count = 0;
    return () => {
      symlinkSync(targets[count++ % targets.length] ?? '', at('next'));
      renameSync(at('next'), at('link'));
    };
  },
  /** One name is a file, a link out, a pipe, a directory and another name of a file, in turn. */
  'name-of-all-kinds': () => {
    writeFileSync(at('plain'), INNOCENT);
    execFileSync('mkfifo', [at('pipe')]);
    mkdirSync(at('directory'));
    symlinkSync(join(outside, 'secret'), at('out'));
    return () => {
      for (const kind of ['plain', 'out', 'pipe', 'out', 'directory', 'out']) {
        renameSync(at(kind), at('f'));
        renameSync(at('f'), at(kind));
      }
      linkSync(at('plain'), at('f'));
      rmSync(at('f'));
    };
  },
  /** A directory with links that go up moves up itself, so that one more `..` is out of the export. */
  'way-up-gets-shorter': () => {
    mkdirSync(at('x/y/z'), { recursive: true });
    writeFileSync(at('x/y/z/secret'), INNOCENT);
    symlinkSync(`../../../../${relative(join(home, '..'), outside)}/secret`, at('x/y/z/up'));
    symlinkSync('../z/../z/secret', at('x/y/z/around'));
    return () => {
      renameSync(at('x/y/z'), at('z'));
      renameSync(at('z'), at('x/y/z'));
    };
  },
};

const play = TRICKS[trick]?.();
if (play === undefined) throw new Error(`no such trick: ${trick}`);
play();
writeSync(1, 'playing\n');
for (;;) play();
