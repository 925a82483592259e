import { createHash } from 'node:crypto';
import { canonicalJson } from '@tallystick/kernel';

/** SHA-256, in hex, of a list in canonical JSON (RFC 8785), taken as it comes and never held whole. */
export async function listHash(batches: AsyncIterable<readonly unknown[]>): Promise<{ readonly count: number; readonly hash: string }> {
  const hash = createHash('sha256').update('[');
  let count = 0;
  for await (const batch of batches) for (const item of batch) hash.update(`${count++ === 0 ? '' : ','}${canonicalJson(item)}`);
  return { count, hash: hash.update(']').digest('hex') };
}
