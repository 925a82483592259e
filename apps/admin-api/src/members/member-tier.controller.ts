import { Body, Controller, Delete, Inject, Param, Put, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindPrograms, MemberTierDto, MemberTierEndpoints, MemberTierQuery, OverrideTier } from '@tallystick/loyalty';
import {
  Ctx,
  Day,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  Text,
  Uuid,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

class OverrideTierDto {
  @Text({ max: 64, description: 'The code of the tier.', example: 'gold' })
  tier: string;

  @Day({ description: "The last day on which it is held, in the tenant's zone.", example: '2027-03-31' })
  until: string;

  @Text({ max: 500, description: 'Why; kept in the audit trail. No personal data.', example: 'Matched from the former program.' })
  reason: string;

  @Uuid({ optional: true, description: "The program; the tenant's default program when left out." })
  program_id?: string;
}

@Controller('api/v1/members/:id/tier')
export class MemberTierController extends MemberTierEndpoints {
  @Inject(Writes) private readonly writes: Writes;
  @Inject(FindPrograms) private readonly programs: FindPrograms;
  @Inject(OverrideTier) private readonly override: OverrideTier;

  @Put('override')
  @Endpoint({
    operationId: 'members_tier_override_update',
    summary: 'Give a member a tier by hand until a day',
    description: 'Whatever is earned or taken back meanwhile; on the next day the count decides.',
    permission: 'tiers:write',
    data: MemberTierDto,
    errors: [NotFound],
    bodyExample: { tier: 'gold', until: '2027-03-31', reason: 'Matched from the former program.' },
  })
  give(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() { program_id, ...given }: OverrideTierDto,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const program = await this.programs.named(tx, program_id);
      await this.override.give(tx, program.id, id, given);
      return { status: 200, data: await this.views.find(tx, id, program.id) };
    });
  }

  @Delete('override')
  @Endpoint({
    operationId: 'members_tier_override_destroy',
    summary: 'Take back a tier that was given by hand',
    permission: 'tiers:write',
    data: MemberTierDto,
    errors: [NotFound, InvalidState],
  })
  end(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Query() query: MemberTierQuery,
  ): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => {
      const program = await this.programs.named(tx, query.program_id);
      await this.override.end(tx, program.id, id);
      return { status: 200, data: await this.views.find(tx, id, program.id) };
    });
  }
}
