import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, type WriteTx } from '@tallystick/platform';
import { LedgerSealed } from '../ledger.events.js';
import { factsAfter, moment } from './facts.query.js';
import { leafHash, leavesOf } from './leaf.policy.js';
import { merkleRoot } from './merkle.policy.js';
import { chainOf, GENESIS, SEAL_FORMAT, type Seal, type SealedRange } from './seal.policy.js';
import { signingKey, type SigningKey } from './signing-key.js';

/** Transactions under one seal at most: an inclusion proof has to read the leaves of one seal. */
export const LARGEST_SEAL = 2_048;

/**
 * Seals what a tenant has posted since its last seal, up to `LARGEST_SEAL` transactions: call it again until it answers null.
 * Transaction numbers follow the order of commits without a gap, so nothing can appear later below a number that is there, and nothing
 * has to be locked: posting goes on. Of several calls at once one seals and the others answer null.
 */
@Injectable()
export class SealEntries {
  constructor(private readonly keyring: Keyring) {}

  async execute(tx: WriteTx<TenantContext>, limit = LARGEST_SEAL): Promise<Seal | null> {
    if (!(await maySeal(tx))) return null;
    const last = await lastSeal(tx);
    const facts = await factsAfter(tx, BigInt(last?.last_transaction ?? 0), limit);
    const [first, final] = [facts[0], facts.at(-1)];
    if (!first || !final) return null;
    const leaves = facts.flatMap((fact) => leavesOf(tx.ctx.tenantId, fact)).map(leafHash);
    const range: SealedRange = {
      number: String(BigInt(last?.number ?? 0) + 1n),
      format: SEAL_FORMAT,
      first_transaction: first.number,
      last_transaction: final.number,
      leaf_count: leaves.length,
      root: merkleRoot(leaves).toString('hex'),
      previous_chain: last?.chain ?? GENESIS,
      sealed_at: await now(tx),
    };
    const key = await signingKey(tx, this.keyring);
    const seal = signed(tx.ctx.tenantId, range, key);
    await insert(tx, seal, Buffer.concat(leaves));
    tx.emit(LedgerSealed, { ...seal, public_key: key.publicKey });
    return seal;
  }
}

function signed(tenantId: string, range: SealedRange, key: SigningKey): Seal {
  const chain = chainOf(tenantId, range);
  return { ...range, chain, signature: key.sign(chain), key_id: key.id };
}

async function maySeal(tx: WriteTx<TenantContext>): Promise<boolean> {
  const [row] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine', [
    `ledger_seal/${tx.ctx.tenantId}`,
  ]);
  return row?.mine === true;
}

async function lastSeal(tx: WriteTx<TenantContext>): Promise<{ number: string; last_transaction: string; chain: string } | undefined> {
  const [row] = await tx.query<{ number: string; last_transaction: string; chain: string }>(
    `select number, last_transaction, encode(chain, 'hex') as chain from ledger_seal where tenant_id = $1 order by number desc limit 1`,
    [tx.ctx.tenantId],
  );
  return row;
}

async function now(tx: WriteTx<TenantContext>): Promise<string> {
  const [row] = await tx.query<{ now: string }>(`select ${moment('tenant_now()')} as now`);
  return (row as { now: string }).now;
}

async function insert(tx: WriteTx<TenantContext>, seal: Seal, leaves: Buffer): Promise<void> {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  await tx.query(
    `insert into ledger_seal (tenant_id, number, format, first_transaction, last_transaction, leaf_count, root, previous_chain, chain, signature,
       key_id, sealed_at, leaves) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      tx.ctx.tenantId,
      seal.number,
      seal.format,
      seal.first_transaction,
      seal.last_transaction,
      seal.leaf_count,
      hex(seal.root),
      hex(seal.previous_chain),
      hex(seal.chain),
      Buffer.from(seal.signature, 'base64'),
      seal.key_id,
      seal.sealed_at,
      leaves,
    ],
  );
}
