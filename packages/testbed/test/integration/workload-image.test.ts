import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { defaultPartContext, runCommand } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { WORKLOAD_IMAGE, buildWorkloadImage } from '../../src/workload-image/index.ts';

await describeWithPart('workload-image', 'the workload image', () => {
  it('is the same, byte for byte, whoever builds it', async () => {
    const directories = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'k4e-image-test-'))));
    try {
      const context = defaultPartContext();
      const archives = await Promise.all(
        directories.map(async (cacheDirectory) => {
          const environment = { ...context.environment, cacheDirectory };
          return readFile((await buildWorkloadImage({ ...context, environment })).archive);
        }),
      );
      expect(archives[0]?.equals(archives[1] ?? Buffer.alloc(0))).toBe(true);
    } finally {
      for (const directory of directories) await rm(directory, { recursive: true, force: true });
    }
  });

  it('names itself as pods do, with a tag for which no registry is asked', async () => {
    const { name, archive } = await buildWorkloadImage();
    const { stdout } = await runCommand(['tar', '--extract', '--to-stdout', `--file=${archive}`, 'manifest.json']);
    expect(JSON.parse(stdout)).toMatchObject([{ RepoTags: [WORKLOAD_IMAGE] }]);
    expect(name).toBe('localhost/k4e-test/web:1');
  });
});
