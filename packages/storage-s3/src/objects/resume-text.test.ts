import { expect, test } from 'vitest';
import { readResume, resumeText } from './resume-text.ts';

test('what is written is read', () => {
  const resume = { uploadId: 'ZmYy-a_b~1:2/==', partSizeBytes: 5_242_880 };
  expect(readResume(resumeText(resume))).toEqual(resume);
});

test.each(['', 'x', '1:', '1:5', '1:5:', '2:5:x', '1:x:y', '1:5:a b', `1:5:${'x'.repeat(1_025)}`, '1:9999999999:x'])(
  'what is none is told: %j',
  (text) => {
    expect(readResume(text)).toBeUndefined();
  },
);
