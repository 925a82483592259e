import { crc32 } from 'node:zlib';
import { PNG } from 'pngjs';

/** A PNG of one color. */
export const pngOf = (width: number, height: number, shade = 200): Buffer => {
  const png = new PNG({ width, height });
  png.data.fill(shade);
  return PNG.sync.write(png);
};

/** 16 by 16 pixels of JPEG. */
export const JPEG = Buffer.from(
  '/9j/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQ' +
    'EBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAQABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwQF/8QAJBAAAQQBBAICAwAAAAAAAAAAAQID' +
    'BAYFBwgSExEiABQJMTL/xAAVAQEBAAAAAAAAAAAAAAAAAAAABv/EACMRAAECBQMFAAAAAAAAAAAAAAECEQMEBQYhABIxFRZhgeH/2gAMAwEAAhEDEQA/ABSm0mobc8HmExLUlRzzEWPk' +
    'JWW+ulrsaUVAseUgslSlH9LKuPryIKuWPZdskzXmm3fX5m2nF4GlVxx/HOpx4ks51+MiU/Iaad7UcUo4tILoS4kqcWkezS0hO/HvuRp0rO6hWnWO1UisZVuFi4GFeyEpmGepa5S5SWVP' +
    'uciFKRFLgSrwetnyPIB+Vb4N9mKhQMzo5po9XLdDs9d6ZVix2VEhiL9kuNPxw2gEKcDQ/rs8AuA8VAe0vdl7VOYn+27flGAUgmITjbhSmCg3BYlyeWDkMolvw4KOp1KM6iCNvngZHwet' +
    'f//Z',
  'base64',
);

/** 1 by 1 pixel of WebP. */
export const WEBP = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');

/** A PNG that says it has so many pixels, with a right checksum and hardly any data: it would fill the memory of whoever unpacks it. */
export function bombPng(side: number): Buffer {
  const png = pngOf(1, 1);
  png.writeUInt32BE(side, 16);
  png.writeUInt32BE(side, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

/** Files that are no image we take, whatever they are called. */
export const HOSTILE_FILES: Readonly<Record<string, Buffer>> = {
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'),
  'svg with a declaration': Buffer.from('<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
  html: Buffer.from('<!doctype html><script>alert(1)</script>'),
  zip: Buffer.concat([Buffer.from('504b0304140000000800', 'hex'), Buffer.alloc(40)]),
  gif: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  'a PNG cut short': pngOf(20, 20).subarray(0, -20),
  'the signature of a PNG alone': pngOf(1, 1).subarray(0, 8),
  'a PNG with HTML behind it': Buffer.concat([pngOf(2, 2), Buffer.from('<script>alert(1)</script>')]),
  'a PNG with a wrong checksum': (() => {
    const png = Buffer.from(pngOf(2, 2));
    png[20]! ^= 1;
    return png;
  })(),
  'a JPEG cut short': JPEG.subarray(0, -2),
  'a JPEG with a zip behind it': Buffer.concat([JPEG, Buffer.from('504b0304', 'hex')]),
  'a WebP that is longer than it says': Buffer.concat([WEBP, Buffer.from('x')]),
  'a PNG of 100 megapixels': bombPng(10_000),
  'a PNG without a side': bombPng(0),
};
