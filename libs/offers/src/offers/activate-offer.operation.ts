import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { EnrollMembers, FindPrograms, MemberErased } from '@tallystick/loyalty';
import { InvalidState, NotFound, type WriteTx } from '@tallystick/platform';
import { memberOf, type MemberName } from './member-of.query.js';
import { MemberOfferActivated, MemberOfferDeactivated } from './offers.events.js';

/** An offer that a member activated. */
export interface OfferActivation {
  readonly offerId: string;
  readonly memberId: string;
  readonly activatedAt: Date;
}

type Tx = WriteTx<TenantContext>;

/** Activates offers for members, who earn by those that ask for it only from then on, and takes activations back. */
@Injectable()
export class ActivateOffer {
  constructor(
    private readonly enrollMembers: EnrollMembers,
    private readonly programs: FindPrograms,
  ) {}

  /**
   * Doing it again changes nothing. Who is named by a reference that is new is enrolled, as by a first purchase. Throws `not_found` for an
   * unknown offer or member, `invalid_state` for an offer that does not hold now or a member who is not active, `erased`.
   */
  async activate(tx: Tx, offerId: string, name: MemberName): Promise<OfferActivation> {
    const merchantId = await this.holding(tx, offerId);
    const member = (await memberOf(tx, name)) ?? (await this.enroll(tx, name));
    if (member.status !== 'active') throw InvalidState.with({ message: 'The member is not active', errors: { member: [member.status] } });
    await refuseGone(tx, member.id);
    const [made] = await tx.query<{ activatedAt: Date }>(
      `insert into offer_activation (tenant_id, offer_id, member_id, activated_at) values ($1, $2, $3, tenant_now())
       on conflict do nothing returning activated_at as "activatedAt"`,
      [tx.ctx.tenantId, offerId, member.id],
    );
    if (made) tx.emit(MemberOfferActivated, { ...idsOf(member.id, offerId, merchantId), at: made.activatedAt.toISOString() });
    const [known] = made
      ? [made]
      : await tx.query<{ activatedAt: Date }>(
          'select activated_at as "activatedAt" from offer_activation where tenant_id = $1 and offer_id = $2 and member_id = $3',
          [tx.ctx.tenantId, offerId, member.id],
        );
    return { offerId, memberId: member.id, activatedAt: known!.activatedAt };
  }

  /** What was earned by it stays earned. Throws `not_found` where it is not activated. */
  async deactivate(tx: Tx, offerId: string, name: MemberName): Promise<void> {
    const member = await memberOf(tx, name);
    const [gone] = await tx.query<{ merchantId: string; at: Date }>(
      `delete from offer_activation a using offer o where a.tenant_id = $1 and a.offer_id = $2 and a.member_id = $3
         and o.tenant_id = $1 and o.id = a.offer_id returning o.merchant_id as "merchantId", tenant_now() as at`,
      [tx.ctx.tenantId, offerId, member?.id ?? null],
    );
    if (!member || !gone) throw NotFound.with();
    tx.emit(MemberOfferDeactivated, { ...idsOf(member.id, offerId, gone.merchantId), at: gone.at.toISOString() });
  }

  /** The merchant of an offer that holds now. */
  private async holding(tx: Tx, offerId: string): Promise<string> {
    const [row] = await tx.query<{ merchantId: string; holds: boolean }>(
      `select o.merchant_id as "merchantId", exists (select from directory_entry e where e.tenant_id = $1 and e.offer_id = o.id
         and e.starts_at <= tenant_now() and e.ends_at > tenant_now()) as holds
       from offer o where o.tenant_id = $1 and o.id = $2 and o.status <> 'draft'`,
      [tx.ctx.tenantId, offerId],
    );
    if (!row) throw NotFound.with();
    if (!row.holds) throw InvalidState.with({ message: 'The offer does not hold now' });
    return row.merchantId;
  }

  private async enroll(tx: Tx, { reference }: MemberName): Promise<{ id: string; status: string }> {
    if (reference === undefined) throw NotFound.with();
    const program = await this.programs.named(tx, undefined);
    const { enrolled, known, erased } = await this.enrollMembers.execute(tx, [reference], program);
    if (erased.length > 0) throw MemberErased.with({ errors: { member_reference: ['Who had this reference was erased.'] } });
    return (enrolled[0] ?? known[0])!;
  }
}

/** Throws what runs the transaction again when the member has been merged or erased since they were found; keeps them as they are from here on. */
async function refuseGone(tx: Tx, memberId: string): Promise<void> {
  const [member] = await tx.query(
    `select 1 from member where tenant_id = $1 and id = $2 and status not in ('merged', 'erased') for key share`,
    [tx.ctx.tenantId, memberId],
  );
  if (!member) throw Object.assign(new Error('a member was merged or erased meanwhile'), { code: '40001' });
}

const idsOf = (member_id: string, offer_id: string, merchant_id: string) => ({ member_id, offer_id, merchant_id });
