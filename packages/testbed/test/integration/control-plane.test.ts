import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startControlPlane } from '../../src/index.ts';
import type { ControlPlane } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { firstWatchLine } from './first-watch-line.ts';
import { expectNothingLeft, expectNothingLeftAfterDeath } from './nothing-left.ts';
import { programsOf } from './programs-of.ts';

await describeWithPart('control-plane', 'a control plane', () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ watchCache: false });
  });
  afterAll(() => controlPlane.stop());

  it('is of the version that go.mod pins', async () => {
    const requirements = await readFile(new URL('../../go/kubernetes/go.mod', import.meta.url), 'utf8');
    const pinned = /k8s\.io\/kubernetes (v\S+)/.exec(requirements)?.[1];
    const expected: unknown = process.env.KUBEBUILDER_ASSETS === undefined ? pinned : expect.stringMatching(/^v1\./);
    const { stdout } = await controlPlane.kubectl(['version', '--output=json']);
    expect(JSON.parse(stdout)).toMatchObject({
      serverVersion: { gitVersion: expected },
      clientVersion: { gitVersion: expected },
    });
  });

  it('grants a service account what RBAC says and nothing more', async () => {
    await kubectl(['create', 'serviceaccount', 'reader']);
    await kubectl(['create', 'role', 'reader', '--verb=get,list', '--resource=configmaps']);
    await kubectl(['create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:reader']);
    const kubeconfig = await controlPlane.kubeconfigFor(await controlPlane.serviceAccountToken('default', 'reader'));
    const allowed = await controlPlane.kubectl(['get', 'configmaps', `--kubeconfig=${kubeconfig}`]);
    const denied = await controlPlane.kubectl(['get', 'secrets', `--kubeconfig=${kubeconfig}`]);
    expect(allowed.code).toBe(0);
    expect(denied.code).not.toBe(0);
    expect(denied.stderr).toContain('system:serviceaccount:default:reader');
  });

  it('answers an old watch with 410 once history is compacted', async () => {
    const old = await resourceVersion('kube-system');
    for (const name of ['a', 'b', 'c']) await kubectl(['create', 'configmap', `history-${name}`]);
    expect(await firstWatchLine(controlPlane, old)).toContain('"history-a"');
    await controlPlane.compact();
    expect(await firstWatchLine(controlPlane, old)).toContain('"code":410');
  });

  it('keeps port and data over a restart of the API server', async () => {
    await kubectl(['create', 'configmap', 'kept']);
    await controlPlane.stopApiServer({ graceMs: 10_000 });
    expect((await controlPlane.kubectl(['get', 'configmap', 'kept', '--request-timeout=2s'])).code).not.toBe(0);
    await controlPlane.startApiServer();
    expect((await controlPlane.kubectl(['get', 'configmap', 'kept'])).code).toBe(0);
  });

  async function kubectl(args: readonly string[]): Promise<string> {
    const result = await controlPlane.kubectl(args);
    expect(result, args.join(' ')).toMatchObject({ code: 0 });
    return result.stdout;
  }

  async function resourceVersion(namespace: string): Promise<string> {
    const list = JSON.parse(await kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/configmaps?limit=1`])) as {
      metadata: { resourceVersion: string };
    };
    return list.metadata.resourceVersion;
  }
});

await describeWithPart('control-plane', 'what a control plane leaves behind', () => {
  it('is nothing when it was stopped', async () => {
    const controlPlane = await startControlPlane();
    const directory = dirname(controlPlane.adminKubeconfigPath);
    expect(programsOf(directory)).toHaveLength(2);
    await controlPlane.stop();
    await controlPlane.stop();
    await expectNothingLeft(directory);
  });

  it('is nothing when its process was killed', () => expectNothingLeftAfterDeath('control-plane'));
});
