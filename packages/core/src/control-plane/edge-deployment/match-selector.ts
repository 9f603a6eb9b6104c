import type { DeviceSelector } from '../../resources/index.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = NonNullable<DeviceSelector['matchExpressions']>[number];

function meets({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Whether labels meet a Kubernetes label selector: all of `matchLabels` and all of `matchExpressions`. An empty selector matches everything. */
export function matchSelector(selector: DeviceSelector, labels: Labels): boolean {
  const pairs = Object.entries(selector.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels))
  );
}
