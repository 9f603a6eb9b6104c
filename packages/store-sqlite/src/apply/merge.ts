import { isRecord } from '@k4e/core';
import { edgeOf } from './fields-of.ts';
import { fieldShape, itemShape } from './shape.ts';
import type { ListIdentity, Shape } from './shape.ts';

/**
 * `live` with what `config` says about it. Objects merge member by member; lists with an identity item by item, in the
 * order of `config` with the other items of `live` where they were before the next shared one; all else is replaced.
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
  const liveByEdge = new Map(live.map((item) => [edgeOf(item, list), item]));
  const configEdges = new Set(config.map((item) => edgeOf(item, list)));
  const waiting = live.map((item) => edgeOf(item, list));
  const merged: unknown[] = [];
  const takeLiveOnly = (): void => {
    for (let next = waiting[0]; next !== undefined && !configEdges.has(next); next = waiting[0]) {
      merged.push(liveByEdge.get(next));
      waiting.shift();
    }
  };
  for (const item of config) {
    const edge = edgeOf(item, list);
    takeLiveOnly();
    merged.push(merge(liveByEdge.get(edge), item, itemShape(shape)));
    const at = waiting.indexOf(edge);
    if (at >= 0) waiting.splice(at, 1);
  }
  return [...merged, ...waiting.filter((edge) => !configEdges.has(edge)).map((edge) => liveByEdge.get(edge))];
}
