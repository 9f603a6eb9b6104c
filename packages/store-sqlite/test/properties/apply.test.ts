import { isRecord, jsonEqual } from '@k4e/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFields, shapeOf } from '../../src/apply/index.ts';
import type { ApplyInput, ApplyResult, FieldOwner, FieldTree } from '../../src/apply/index.ts';

const SHAPE = shapeOf([{ path: 'items', key: 'name' }]);

type Members = Readonly<Record<string, unknown>>;

const scalar = fc.constantFrom<unknown>(0, 1, 'x', 'y', true);
const inner = fc
  .record({ p: scalar, q: scalar }, { requiredKeys: [] })
  .filter((value) => Object.keys(value).length > 0);
const item = fc.record({ name: fc.constantFrom('i', 'j', 'k'), v: scalar, w: scalar }, { requiredKeys: ['name'] });
const items = fc.uniqueArray(item, { selector: ({ name }) => name, minLength: 1, maxLength: 3 });
const plain = fc.array(scalar, { minLength: 1, maxLength: 3 });
const config: fc.Arbitrary<Members> = fc.record({ a: scalar, b: inner, c: plain, items }, { requiredKeys: [] });

interface State {
  readonly value: unknown;
  readonly owners: readonly FieldOwner[];
}

/** Nothing but what the store itself says of a resource. */
const EMPTY: State = { value: { kind: 'Sample' }, owners: [] };

function apply(state: State, owner: string, members: Members, force = true): ApplyResult {
  const input: ApplyInput = {
    live: state.value,
    owners: state.owners,
    config: members,
    owner,
    via: 'apply',
    force,
    shape: SHAPE,
  };
  return applyFields(input);
}

function forced(state: State, owner: string, members: Members): State {
  const result = apply(state, owner, members);
  if (result.outcome !== 'applied') throw new Error('force met a conflict');
  return { value: result.value, owners: result.owners };
}

/** A state that a few owners have come to. */
const history = fc
  .array(fc.record({ owner: fc.constantFrom('ann', 'bob', 'cy'), members: config }), { maxLength: 6 })
  .map((writes) => writes.reduce((state, { owner, members }) => forced(state, owner, members), EMPTY));

/** Lists as maps, so that order says nothing. */
function unordered(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { items: list, ...rest } = value;
  if (!Array.isArray(list)) return rest;
  return { ...rest, items: Object.fromEntries(list.map((entry: { name: string }) => [entry.name, entry])) };
}

function holds(value: unknown, members: unknown): boolean {
  if (!isRecord(members)) return jsonEqual(value, members);
  return isRecord(value) && Object.entries(members).every(([name, member]) => holds(value[name], member));
}

function paths(tree: FieldTree): readonly (readonly string[])[] {
  const below = Object.entries(tree);
  return below.length === 0 ? [[]] : below.flatMap(([edge, subtree]) => paths(subtree).map((path) => [edge, ...path]));
}

function at(value: unknown, [edge, ...rest]: readonly string[]): unknown {
  if (edge === undefined) return value;
  if (edge.startsWith('f:')) return isRecord(value) ? at(value[edge.slice(2)], rest) : undefined;
  const found: unknown = Array.isArray(value)
    ? value.find((entry: unknown) => isRecord(entry) && JSON.stringify(entry.name) === edge.slice(2))
    : undefined;
  return at(found, rest);
}

describe('server-side apply', () => {
  test('what an owner applies is there afterwards', () => {
    fc.assert(
      fc.property(history, config, (state, members) => {
        expect(holds(unordered(forced(state, 'ann', members).value), unordered(members))).toBe(true);
      }),
    );
  });

  test('the same again changes nothing', () => {
    fc.assert(
      fc.property(history, config, (state, members) => {
        const once = forced(state, 'ann', members);
        expect(forced(once, 'ann', members)).toEqual(once);
      }),
    );
  });

  test('without force it is a conflict exactly when another owner has a field that would change', () => {
    fc.assert(
      fc.property(history, config, (state, members) => {
        const result = apply(state, 'ann', members, false);
        const after = forced(state, 'ann', members);
        const others = state.owners.filter(({ owner }) => owner !== 'ann');
        const changed = others.some(({ fields }) =>
          paths(fields).some((path) => !jsonEqual(at(state.value, path), at(after.value, path))),
        );
        expect(result.outcome).toBe(changed ? 'conflict' : 'applied');
      }),
    );
  });

  test('an owner that leaves everything takes what is its alone, and nothing of the others', () => {
    fc.assert(
      fc.property(history, config, (state, members) => {
        const before = forced(state, 'ann', {});
        const result = apply(before, 'ann', members, false);
        if (result.outcome === 'conflict') return;
        const after = forced(result, 'ann', {});
        expect(unordered(after.value)).toEqual(unordered(before.value));
        expect(after.owners).toEqual(before.owners);
      }),
    );
  });

  test('owners own only what is there, and all that is there has an owner', () => {
    fc.assert(
      fc.property(history, (state) => {
        for (const { fields } of state.owners) {
          for (const path of paths(fields)) expect(at(state.value, path), path.join('/')).toBeDefined();
        }
        const left = ['ann', 'bob', 'cy'].reduce((rest, owner) => forced(rest, owner, {}), state);
        expect(left).toEqual(EMPTY);
      }),
    );
  });

  test('two owners of different fields come to the same, whoever is first', () => {
    const apart = fc.record({ mine: config, theirs: config }).map(({ mine, theirs }) => ({
      mine,
      theirs: Object.fromEntries(Object.entries(theirs).filter(([name]) => !(name in mine))),
    }));
    fc.assert(
      fc.property(apart, ({ mine, theirs }) => {
        const one = forced(forced(EMPTY, 'ann', mine), 'bob', theirs);
        const other = forced(forced(EMPTY, 'bob', theirs), 'ann', mine);
        expect(one.value).toEqual(other.value);
        expect(one.value).toEqual({ kind: 'Sample', ...mine, ...theirs });
      }),
    );
  });

  test('a key that names the prototype is a key like any other', () => {
    const members: unknown = JSON.parse('{"b": {"__proto__": {"p": 1}, "constructor": 2}}');
    const { value } = forced(EMPTY, 'ann', members as Members);
    expect(JSON.stringify(value)).toBe('{"kind":"Sample","b":{"__proto__":{"p":1},"constructor":2}}');
    expect(forced({ value, owners: [] }, 'ann', {}).value).toEqual(value);
  });
});
