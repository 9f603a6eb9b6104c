import type { BucketRequest } from '@k4e/core/ports';

/** The request of a device. */
export function requestOf(name: string, uid = `uid-of-${name}`, namespace = 'default'): BucketRequest {
  return { device: { namespace, name }, uid };
}

const LONG = 'x'.repeat(62);

/** Devices whose buckets are easily taken for one another. */
export const LOOK_ALIKES: readonly BucketRequest[] = [
  requestOf('a'),
  requestOf('a', 'another-uid'),
  requestOf('a', 'uid-of-a', 'other'),
  requestOf('b-a', 'uid-of-a', 'a'),
  requestOf('a', 'uid-of-a', 'a-b'),
  requestOf(`${LONG}1`, 'uid', `${LONG}1`),
  requestOf(`${LONG}2`, 'uid', `${LONG}1`),
  requestOf(`${LONG}1`, 'uid', `${LONG}2`),
  requestOf('with.dots.in-it', 'uid'),
  requestOf('with-dots-in-it', 'uid'),
];
