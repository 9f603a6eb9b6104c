import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_BUCKET_NAME_LENGTH, bucketNameOf } from './bucket-name.ts';

const request = (namespace: string, name: string, uid = 'uid') => ({ device: { namespace, name }, uid });

test('a name says whose the bucket is', () => {
  expect(bucketNameOf(request('fleet', 'camera-7'))).toMatch(/^k4e-fleet-camera-7-[0-9a-f]{12}$/);
});

test('a long name is cut, not at a hyphen, and still tells devices apart', () => {
  const one = bucketNameOf(request('n'.repeat(40), `a------${'x'.repeat(56)}`));
  const other = bucketNameOf(request('n'.repeat(40), `a------${'x'.repeat(55)}y`));
  expect(one).toMatch(/^k4e-n{40}-a-[0-9a-f]{12}$/);
  expect(other).not.toBe(one);
});

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const claimName = fc.stringMatching(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/);

test('every device has a name that S3 takes', () => {
  fc.assert(
    fc.property(label, fc.oneof(label, claimName), fc.uuid(), (namespace, name, uid) => {
      const bucket = bucketNameOf(request(namespace, name, uid));
      expect(bucket).toMatch(/^[a-z0-9][a-z0-9-]+[a-z0-9]$/);
      expect(bucket.length).toBeLessThanOrEqual(MAX_BUCKET_NAME_LENGTH);
    }),
  );
});

test('no two devices share a name: not by what joins namespace and name, not by an earlier device', () => {
  const requests = [request('a', 'b-c'), request('a-b', 'c'), request('a', 'b-c', 'later'), request('a', 'b.c')];
  expect(new Set(requests.map(bucketNameOf)).size).toBe(4);
});
