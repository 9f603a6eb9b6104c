import type { CommandResult } from '@k4e/testbed';
import * as z from 'zod';

const podsSchema = z.array(
  z.object({
    Name: z.string(),
    Status: z.string(),
    Containers: z.array(z.object({ Id: z.string(), Names: z.string() })),
  }),
);

/** Runs podman on a device: `podman` of a `Podman`, or `exec` of a `Device`. */
export type RunPodman = (args: readonly string[]) => Promise<CommandResult>;

/** A pod as podman shows it. `containers` are ids, the pod's own first, sorted. */
export interface Pod {
  readonly status: string;
  readonly containers: readonly string[];
}

/** All pods of a podman, by name. Fails when two have the same. */
export async function podsOf(run: RunPodman): Promise<ReadonlyMap<string, Pod>> {
  const { code, stdout, stderr } = await run(['pod', 'ps', '--format=json', '--no-trunc']);
  if (code !== 0) throw new Error(`podman pod ps: ${stderr}`);
  const pods = podsSchema.parse(JSON.parse(stdout === '' ? '[]' : stdout));
  const byName = new Map(
    pods.map(({ Name, Status, Containers }) => [
      Name,
      { status: Status, containers: Containers.map(({ Id }) => Id).sort() },
    ]),
  );
  if (byName.size !== pods.length) throw new Error(`pods of the same name: ${pods.map(({ Name }) => Name).join(', ')}`);
  return byName;
}
