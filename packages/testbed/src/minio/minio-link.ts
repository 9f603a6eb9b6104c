import { connectAnywhere } from '../netns/index.ts';
import type { Netns } from '../netns/index.ts';
import { runChecked } from '../processes/index.ts';

/** The cable between a namespace and MinIO. It goes with the namespace. */
export interface MinioLink {
  /** Where programs of the namespace reach MinIO; the same however often that is killed and started. */
  readonly endpoint: string;
  /** How many bytes have been sent to MinIO on it so far, with the headers of every layer, as the kernel counts them. */
  readonly sentBytes: () => Promise<number>;
}

/** Lays a cable from `netns` to the namespace in which MinIO is published at `port`. */
export async function joinMinio(
  netns: Netns,
  minioNetns: Netns,
  port: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<MinioLink> {
  const { interfaceA, addressB } = await connectAnywhere(netns, minioNetns, options);
  const show = [...netns.enter, 'ip', '-json', '-statistics', 'link', 'show', 'dev', interfaceA];
  return {
    endpoint: `http://${addressB}:${String(port)}`,
    sentBytes: async () => readSentBytes(await runChecked(show)),
  };
}

const SENT = /"tx":\s*\{\s*"bytes":\s*(\d+)/;

function readSentBytes(text: string): number {
  const [, bytes] = SENT.exec(text) ?? [];
  if (bytes === undefined) throw new Error(`ip tells of no bytes that were sent: ${text}`);
  return Number(bytes);
}
