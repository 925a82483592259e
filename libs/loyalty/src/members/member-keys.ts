import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, type ReadTx, type WriteTx } from '@tallystick/platform';

/** What seals and opens the values of one member: moved to another member, table or column, a value does not open (PII-02). */
export interface MemberSeal {
  seal(place: SealedPlace, text: string): string;
  open(place: SealedPlace, sealed: string): string;
}

/** Where a sealed value lies. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/**
 * The random key that each member has of their own, itself sealed by the keyring: to destroy it is to erase all that it sealed (C9.2).
 * Keyed hashes for finding are the tenant's, for they are compared across members, and share no key with what is sealed (PII-03).
 */
@Injectable()
export class MemberKeys {
  constructor(private readonly keyring: Keyring) {}

  /** The seal of a member, whose key is made when it is first needed. */
  async sealOf(tx: WriteTx<TenantContext>, memberId: string): Promise<MemberSeal> {
    const { tenantId } = tx.ctx;
    const wrapped = this.keyring.encrypt(randomBytes(32), keyAad(tenantId, memberId));
    const [made] = await tx.query<{ wrapped: string }>(
      `insert into member_key (tenant_id, member_id, wrapped) values ($1, $2, $3) on conflict do nothing returning wrapped`,
      [tenantId, memberId, wrapped],
    );
    return this.unwrap(tenantId, memberId, made?.wrapped ?? (await this.stored(tx, memberId))!);
  }

  /** The seal of a member who has one; undefined for who has none, and for the erased. */
  async find(tx: ReadTx<TenantContext>, memberId: string): Promise<MemberSeal | undefined> {
    const wrapped = await this.stored(tx, memberId);
    return wrapped === undefined ? undefined : this.unwrap(tx.ctx.tenantId, memberId, wrapped);
  }

  /** The seal that a row of `member_key` holds. */
  unwrap(tenantId: string, memberId: string, wrapped: string): MemberSeal {
    const ring = new Keyring([this.keyring.decrypt(wrapped, keyAad(tenantId, memberId))]);
    const aad = ({ table, column, row }: SealedPlace): string => [tenantId, table, column, row].join('|');
    return {
      seal: (place, text) => ring.encrypt(text, aad(place)),
      open: (place, sealed) => ring.decrypt(sealed, aad(place)).toString('utf8'),
    };
  }

  /** A keyed hash of the tenant's, by which equal values of one use are found. */
  index(tenantId: string, use: string, value: string): Buffer {
    return this.keyring.hmac(`member-${use}/${tenantId}`, value);
  }

  private async stored(tx: ReadTx<TenantContext>, memberId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ wrapped: string }>('select wrapped from member_key where tenant_id = $1 and member_id = $2', [
      tx.ctx.tenantId,
      memberId,
    ]);
    return row?.wrapped;
  }
}

const keyAad = (tenantId: string, memberId: string): string => [tenantId, 'member_key', 'wrapped', memberId].join('|');
