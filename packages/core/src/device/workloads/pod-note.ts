import * as z from 'zod';
import type { ObservedPod, OpenPort } from '../../ports/index.ts';
import type { KnownPod } from './desired-workload.ts';
import { MAX_HOST_PORTS, portText } from './host-ports.ts';

const noteSchema = z.object({
  ports: z.array(z.string().regex(/^[0-9]{1,5}\/(tcp|udp)$/)).max(MAX_HOST_PORTS),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']),
  graceMs: z.number().int().nonnegative(),
});
const portNumber = z.number().int().min(1).max(65_535);

/** What is noted on a pod, so that a later process can look after it that was never told of it. */
export function writePodNote({ ports, ...pod }: Pick<KnownPod, 'ports' | 'restartPolicy' | 'graceMs'>): string {
  const { restartPolicy, graceMs } = pod;
  return JSON.stringify({ ports: ports.map(portText), restartPolicy, graceMs });
}

/** What the note on a pod tells; `undefined` for a pod without a note, with another, or of which a part is missing. */
export function readPodNote({ name, fingerprint, note, containers }: ObservedPod): KnownPod | undefined {
  if (fingerprint === undefined || note === undefined) return undefined;
  const read = noteSchema.safeParse(parseJson(note));
  if (!read.success) return undefined;
  const { restartPolicy, graceMs } = read.data;
  const ports = read.data.ports.map((text) => readPort(text, name));
  if (!ports.every(({ port }) => portNumber.safeParse(port).success)) return undefined;
  const names = containers.map((container) => container.name);
  return { request: { name, fingerprint }, containers: names, ports, restartPolicy, graceMs };
}

function readPort(text: string, workload: string): OpenPort {
  const [port, protocol] = text.split('/');
  return { port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp', workload };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
