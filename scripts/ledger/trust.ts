import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Seal, Trust } from '@tallystick/ledger';
import { CommandFailure } from './failure.js';
import { readLines } from './json-lines.js';
import { whereCalled, type Surroundings } from './surroundings.js';

/** What the auditor brings along: public keys, and seals kept from earlier. */
export async function readTrust(
  given: { publicKeys: readonly string[]; against: readonly string[] },
  env: Surroundings['env'],
): Promise<Trust> {
  const known = new Map<string, string>();
  for (const file of given.against) {
    for (const { number, chain } of await keptSeals(whereCalled(file, env))) {
      if (known.has(number) && known.get(number) !== chain)
        throw new CommandFailure(`the kept seals contradict each other about seal ${number}`);
      known.set(number, chain);
    }
  }
  const publicKeys = given.publicKeys.map((key) => readPublicKey(key, env));
  return { ...(publicKeys.length > 0 && { publicKeys }), ...(known.size > 0 && { known }) };
}

const RAW_BYTES = 32;

/** A public key, as file or text: PEM, or base64 of the 32 bytes as the API publishes them. */
function readPublicKey(given: string, env: Surroundings['env']): string {
  const file = whereCalled(given, env);
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : given;
  if (!text.includes('BEGIN') && Buffer.from(text, 'base64').length === RAW_BYTES) return Buffer.from(text, 'base64').toString('base64');
  try {
    const { crv, x } = createPublicKey(text).export({ format: 'jwk' });
    if (crv === 'Ed25519') return Buffer.from(x as string, 'base64url').toString('base64');
  } catch {
    // told below
  }
  throw new CommandFailure(`${given} is no Ed25519 public key: give a PEM file, or the base64 text that the API shows as public_key`);
}

type KeptSeal = Pick<Seal, 'number' | 'chain'>;

/** Seals out of an earlier export, an answer of GET /ledger/seals, or kept `ledger.sealed` events: one JSON value, or one a line. */
async function keptSeals(file: string): Promise<KeptSeal[]> {
  const seals: KeptSeal[] = [];
  const unread: string[] = [];
  for await (const line of readLines(file)) {
    if (line.startsWith('{"record":') && !line.startsWith('{"record":"seal"')) continue;
    const value = readJson(line);
    if (value === undefined) unread.push(line);
    else seals.push(...sealsIn(value));
  }
  if (seals.length === 0) seals.push(...sealsIn(readJson(unread.join('\n'))));
  if (seals.length === 0) throw new CommandFailure(`there is no seal in ${file}`);
  return seals;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A seal, a list of seals, or either under `data`. */
function sealsIn(value: unknown): KeptSeal[] {
  if (Array.isArray(value)) return value.flatMap(sealsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { number, chain, data } = value as { number?: unknown; chain?: unknown; data?: unknown };
  if (typeof chain === 'string' && number !== undefined) return [{ number: String(number), chain }];
  return sealsIn(data);
}
