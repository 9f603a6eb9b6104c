import { randomUUID } from 'node:crypto';
import { K4eError } from '@k4e/core';
import { Container } from 'typedi';
import type { OperatorConfig } from '../config/index.ts';
import { FACTORIES } from './factories.ts';
import type { Factories, GetPart } from './factories.ts';
import { openBuckets } from './open-buckets.ts';
import { openStore } from './open-store.ts';
import { TOKENS } from './operator-parts.ts';
import type { OperatorParts } from './operator-parts.ts';

/**
 * Makes the parts of one operator, and opens its store and buckets. Those in `overrides` are taken instead of made; what is made of
 * them then is made of these. The container is of this call alone and gone with it: two operators in one process share
 * nothing.
 */
export async function compose(config: OperatorConfig, overrides: Partial<OperatorParts> = {}): Promise<OperatorParts> {
  const id = randomUUID();
  const container = Container.of(id);
  let isComposed = false;
  const get: GetPart = (name) => {
    if (isComposed) throw new K4eError('INTERNAL', { message: `${name} was asked for too late`, retry: 'never' });
    return container.get(TOKENS[name]);
  };
  const register = <Name extends keyof Factories>(name: Name): void => {
    const given: OperatorParts[Name] | undefined = overrides[name];
    container.set({ id: TOKENS[name], factory: () => given ?? FACTORIES[name](get, config) });
  };
  try {
    for (const name of MADE_HERE) register(name);
    const surroundings = { clock: get('clock'), logger: get('logger') };
    container.set(TOKENS.buckets, overrides.buckets ?? (await openBuckets(config.storage, surroundings)));
    container.set(TOKENS.store, overrides.store ?? (await openStore(config.store, surroundings)));
    return {
      ...surroundings,
      prometheus: get('prometheus'),
      replica: get('replica'),
      store: get('store'),
      buckets: get('buckets'),
      controlPlane: get('controlPlane'),
      leadership: get('leadership'),
      readiness: get('readiness'),
      edgeServer: get('edgeServer'),
      createOpsServer: get('createOpsServer'),
    };
  } finally {
    isComposed = true;
    Container.reset(id);
  }
}

const MADE_HERE: readonly (keyof Factories)[] = [
  'clock',
  'logger',
  'prometheus',
  'replica',
  'controlPlane',
  'leadership',
  'readiness',
  'edgeServer',
  'createOpsServer',
];
