import * as z from 'zod';

/** What is used of podman's answers, and nothing else: unknown members are let through, lists may be `null`. */
const id = z.string().regex(/^[0-9a-f]{12,64}$/);
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/** A pod in `GET pods/json`. */
export const podShape = z.object({
  Id: id,
  Name: z.string(),
  Status: z.string(),
  InfraId: z.string().nullish(),
  Labels: labels,
});

/** A container in `GET containers/json`. Times are seconds since 1970, negative when never. */
export const containerShape = z.object({
  Id: id,
  Names: z.array(z.string()).min(1),
  Pod: z.string().nullish(),
  State: z.string(),
  IsInfra: z.boolean().nullish(),
  ExitCode: z.number().int().nullish(),
  StartedAt: z.number().nullish(),
  ExitedAt: z.number().nullish(),
  Labels: labels,
});

/** What is used of `GET containers/<name>/json`. A container that shares a network is described with the addresses of that. */
export const inspectedContainerShape = z.object({
  Id: id,
  State: z.object({ Running: z.boolean() }),
  Config: z.object({ Labels: labels }),
  NetworkSettings: z
    .object({
      Networks: z
        .record(z.string(), z.object({ IPAddress: z.string().nullish(), GlobalIPv6Address: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** What creating a command in a container answers. */
export const execSessionShape = z.object({ Id: id });

/** What is used of `GET exec/<id>/json`. */
export const execShape = z.object({ Running: z.boolean(), ExitCode: z.number().int() });

/** What starting a pod answers: one text for each container that did not start. */
export const startErrorsShape = z.object({ Errs: z.array(z.string()).nullish() });

/** Any refusal: `cause` is the innermost error, `message` the whole chain. */
export const refusalShape = z.object({ cause: z.string().nullish(), message: z.string().nullish() });

/** What is used of `GET info`. */
export const infoShape = z.object({
  host: z.object({ security: z.object({ rootless: z.boolean() }) }),
  store: z.object({ graphRoot: z.string() }),
  version: z.object({ Version: z.string(), Built: z.number().int() }),
});

/** What is used of the answer to `POST system/check`: the images that were removed, their names by id. */
export const checkReportShape = z.object({
  RemovedImages: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
});

/** A line of the event stream. */
export const eventShape = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** A line of the pull stream that says that it failed. */
export const pullErrorShape = z.object({ error: z.string() });

/** A pod as podman lists it. */
export type EnginePod = z.infer<typeof podShape>;
/** A container as podman lists it. */
export type EngineContainer = z.infer<typeof containerShape>;
