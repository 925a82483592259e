import { crc32 } from 'node:zlib';
import { imageSize } from 'image-size';
import { filetypemime } from 'magic-bytes.js';

/** The images we take, by what their bytes say; SVG is a program and not among them. */
export const IMAGE_TYPES = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;

export type ImageType = keyof typeof IMAGE_TYPES;

/** What the bytes of an image say about it. */
export interface ImageFacts {
  readonly type: ImageType;
  /** The usual ending of its name, without the dot. */
  readonly extension: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Looks at an image as it was sent, whatever its name and declared type: the facts, or why it is not taken, as a sentence for the caller.
 * It must be whole and have nothing after its end, for what follows could be read as another kind of file.
 */
export function inspectImage(bytes: Buffer, { maxSide }: { readonly maxSide: number }): ImageFacts | string {
  const type = typeOf(bytes);
  if (!type) return 'Must be a PNG, JPEG or WebP image.';
  if (endOf[type](bytes) !== bytes.length) return 'Must be a whole image with nothing after its end.';
  const size = sizeOf(bytes);
  if (!size || size.width < 1 || size.height < 1) return 'Must be an image with a width and a height.';
  if (size.width > maxSide || size.height > maxSide) return `Must be at most ${maxSide} pixels wide and high.`;
  return { type, extension: IMAGE_TYPES[type], ...size };
}

function typeOf(bytes: Buffer): ImageType | undefined {
  const types = filetypemime(bytes.subarray(0, 4_096));
  return (Object.keys(IMAGE_TYPES) as ImageType[]).find((type) => types.includes(type));
}

function sizeOf(bytes: Buffer): { width: number; height: number } | undefined {
  try {
    const { width, height } = imageSize(bytes);
    return { width, height };
  } catch {
    return undefined;
  }
}

/** Length, name, data and checksum, chunk after chunk, from IHDR to IEND. */
function endOfPng(bytes: Buffer): number {
  let hasPixels = false;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return -1;
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (at === 8 && name !== 'IHDR') return -1;
    if (name === 'IEND') return hasPixels ? end : -1;
    hasPixels ||= name === 'IDAT';
    at = end;
  }
  return -1;
}

/** Segments with a length; after the start of a scan (DA) come pixels until a marker that is no restart (D0 to D7) and no stuffing (00). */
function endOfJpeg(bytes: Buffer): number {
  let hasPixels = false;
  for (let at = 2; at + 2 <= bytes.length;) {
    if (bytes[at] !== 0xff) return -1;
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return hasPixels ? at + 2 : -1;
    if (marker === 0xff) at += 1;
    else if (at + 4 > bytes.length) return -1;
    else {
      at += 2 + bytes.readUInt16BE(at + 2);
      if (marker !== 0xda) continue;
      hasPixels = true;
      while (at + 1 < bytes.length && !(bytes[at] === 0xff && !isWithinScan(bytes[at + 1]!))) at += 1;
    }
  }
  return -1;
}

const isWithinScan = (follower: number): boolean => follower === 0x00 || (follower >= 0xd0 && follower <= 0xd7);

/** RIFF says how long it is; chunks are padded to even lengths. */
const endOfWebp = (bytes: Buffer): number => (bytes.length < 20 ? -1 : 8 + bytes.readUInt32LE(4));

/** Where an image ends by its own account, or -1 when it is broken. */
const endOf: Readonly<Record<ImageType, (bytes: Buffer) => number>> = {
  'image/png': endOfPng,
  'image/jpeg': endOfJpeg,
  'image/webp': endOfWebp,
};
