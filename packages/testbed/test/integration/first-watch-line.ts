import { once } from 'node:events';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';

import type { ControlPlane } from '../../src/index.ts';

/** Watches the config maps of `default` from an old version on, and resolves with the first event's line. */
export async function firstWatchLine(controlPlane: ControlPlane, resourceVersion: string): Promise<string> {
  const path = `/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=20&resourceVersion=${resourceVersion}`;
  const call = get(`${controlPlane.url}${path}`, {
    ca: controlPlane.caData,
    headers: { authorization: `Bearer ${controlPlane.adminToken}` },
    agent: false,
  });
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.slice(0, text.indexOf('\n'));
}
