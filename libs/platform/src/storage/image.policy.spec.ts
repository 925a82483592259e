import { HOSTILE_FILES, JPEG, pngOf, WEBP } from '../../../../test/support/images.js';
import { inspectImage } from './image.policy.js';

const inspect = (bytes: Buffer) => inspectImage(bytes, { maxSide: 2_048 });

describe('an image', () => {
  it.each([
    ['PNG', pngOf(30, 20), { type: 'image/png', extension: 'png', width: 30, height: 20 }],
    ['JPEG', JPEG, { type: 'image/jpeg', extension: 'jpg', width: 16, height: 16 }],
    ['WebP', WEBP, { type: 'image/webp', extension: 'webp', width: 1, height: 1 }],
    ['PNG of the largest side', pngOf(2_048, 1), { width: 2_048, height: 1 }],
  ])('is a %s', (_, bytes, facts) => expect(inspect(bytes)).toMatchObject(facts));

  it('is too large by a single pixel', () => expect(inspect(pngOf(2_049, 1))).toMatch(/at most 2048 pixels/));

  it.each(Object.entries(HOSTILE_FILES))('is not: %s', (_, bytes) => expect(inspect(bytes)).toMatch(/^Must be /));

  it.each([pngOf(9, 9), JPEG, WEBP])('is nothing when cut anywhere', (bytes) => {
    for (let end = 0; end < bytes.length; end++) expect(inspect(bytes.subarray(0, end))).toMatch(/^Must be /);
  });

  it('never throws, whichever byte is wrong', () => {
    for (const image of [pngOf(9, 9), JPEG, WEBP]) {
      for (let at = 0; at < image.length; at++) {
        for (const byte of [0x00, 0x7f, 0xff]) expect(() => inspect(Buffer.from(image).fill(byte, at, at + 1))).not.toThrow();
      }
    }
  });
});
