import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who is spoken to, and as whom. */
export interface KubeconfigSubject {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

/** Writes a kubeconfig file (JSON, which is YAML) into `directory` and resolves with its path. */
export async function writeKubeconfig(directory: string, { url, ca, token }: KubeconfigSubject): Promise<string> {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'testbed',
    contexts: [{ name: 'testbed', context: { cluster: 'testbed', user: 'testbed', namespace: 'default' } }],
    clusters: [
      { name: 'testbed', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'testbed', user: { token } }],
  };
  const path = join(directory, `kubeconfig-${randomUUID()}`);
  await writeFile(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}
