import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import { FindInstitution, InstitutionNotApproved } from '@tallystick/offers';
import { Ctx, Endpoint, QueryFlag, UnitOfWork, WithMeta, type ReadTx } from '@tallystick/platform';
import { FindTenant } from '@tallystick/tenancy';
import { answerOf } from '../reworth.envelope.js';
import { PROFILE } from './my-fi.schemas.js';

export class ReworthMyFiQuery {
  @QueryFlag({ description: 'Send false to leave the contact out.', example: true })
  populate?: boolean;
}

const seconds = (moment: Date): number => Math.floor(moment.getTime() / 1_000);

@ApiTags('My FI')
@Controller('reworth/v1/my-fi')
export class ReworthMyFiController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tenants: FindTenant,
    private readonly institution: FindInstitution,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'reworth_my_fi_retrieve',
    summary: 'Fetch the profile of the authenticated institution',
    permission: 'cashback:read',
    answer: answerOf(PROFILE, {
      before: { lastLogin: { type: 'integer', minimum: 0, description: 'Seconds since 1970; 0 for never.', example: 1644474347 } },
    }),
    errors: [InstitutionNotApproved],
  })
  get(@Ctx() ctx: TenantContext, @Query() { populate = true }: ReworthMyFiQuery): Promise<WithMeta<object>> {
    return this.unitOfWork.read(ctx, async (tx) => {
      await this.institution.requireApproved(tx);
      const { contact, country, status, refreshRate } = await this.institution.find(tx);
      const tenant = (await this.tenants.find(tx))!;
      const { id: _id, slug: fiid, name, legalName, timezone, currency, createdAt } = tenant;
      const profile = { _id, fiid, name, legalName, status, country, timezone, currency, refreshRate, created: seconds(createdAt) };
      return new WithMeta(populate ? { ...profile, contact } : profile, { before: { lastLogin: await lastLogin(tx) } });
    });
  }
}

/** When the calling key last showed its secret, to the minute. */
async function lastLogin(tx: ReadTx<TenantContext>): Promise<number> {
  const { tenantId, actor } = tx.ctx;
  if (actor.type !== 'client') return 0;
  const [row] = await tx.query<{ at: Date | null }>('select last_used_at as at from api_client where tenant_id = $1 and id = $2', [
    tenantId,
    actor.id,
  ]);
  return row?.at ? seconds(row.at) : 0;
}
