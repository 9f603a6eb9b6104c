/** How long a registry may take to answer before it counts as not there. */
export const REGISTRY_DEADLINE_MS = 3000;

/** Whether the registry of an image, its first word, answers at all: asking for a login is an answer too. */
export async function registryAnswers(image: string): Promise<boolean> {
  const [registry = ''] = image.split('/');
  const deadline = AbortSignal.timeout(REGISTRY_DEADLINE_MS);
  const answer = await fetch(`https://${registry}/v2/`, { signal: deadline }).catch(() => undefined);
  await answer?.body?.cancel().catch(() => undefined);
  return answer !== undefined && [200, 401].includes(answer.status);
}
