import { isRecord } from '@k4e/core';
import { edgeOf } from './fields-of.ts';
import { fieldShape, itemShape } from './shape.ts';
import type { ListIdentity, Shape } from './shape.ts';

/**
 * `live` with what `config` says about it. Objects merge member by member; lists with an identity item by item, in the
 * order of `mergeOrder`; all else is replaced.
 */
export function merge(live: unknown, config: unknown, shape: Shape): unknown {
  if (config === undefined) return live;
  if (Array.isArray(live) && Array.isArray(config) && shape.list) return mergeLists(live, config, shape.list, shape);
  if (!isRecord(live) || !isRecord(config)) return config;
  const members = Object.entries(config).map(([name, member]) => {
    const before = Object.hasOwn(live, name) ? live[name] : undefined;
    return [name, merge(before, member, fieldShape(shape, name))] as const;
  });
  return Object.fromEntries([...Object.entries(live), ...members]);
}

function mergeLists(live: readonly unknown[], config: readonly unknown[], list: ListIdentity, shape: Shape): unknown[] {
  const liveItems = new Map(live.map((item) => [edgeOf(item, list), item]));
  const configItems = new Map(config.map((item) => [edgeOf(item, list), item]));
  return mergeOrder([...liveItems.keys()], [...configItems.keys()]).map((edge) =>
    merge(liveItems.get(edge), configItems.get(edge), itemShape(shape)),
  );
}

/**
 * The order of two lists of names that were merged, each name once: those of `config` keep the order they have there,
 * those of `live` alone stay before the next one that both have. As Kubernetes does it.
 */
export function mergeOrder(live: readonly string[], config: readonly string[]): readonly string[] {
  const isLive = new Set(live);
  const isConfig = new Set(config);
  const both = config.filter((name) => isLive.has(name));
  const merged = new Set<string>();
  let [atLive, atConfig, atBoth] = [0, 0, 0];
  while (atLive < live.length || atConfig < config.length) {
    const [mine, theirs] = [live[atLive], config[atConfig]];
    const nextOfBoth = both[atBoth];
    if (mine !== undefined && !isConfig.has(mine)) {
      merged.add(mine);
      atLive += 1;
    } else if (mine !== undefined && theirs !== undefined && mine !== nextOfBoth && nextOfBoth !== undefined) {
      // Its place is where `config` has it.
      atLive += 1;
    } else {
      if (mine !== undefined && (mine === theirs || merged.has(mine))) atLive += 1;
      if (theirs === undefined) continue;
      merged.add(theirs);
      if (theirs === nextOfBoth) atBoth += 1;
      atConfig += 1;
    }
  }
  return [...merged];
}
