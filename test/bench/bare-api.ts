import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Module, Post, type DynamicModule } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { identityEntities, IdentityModule } from '@tallystick/identity';
import { TransactionDto, type PointsTransaction } from '@tallystick/loyalty';
import { configOrExit, Ctx, Endpoint, Idempotency, PlatformModule, serve, type Ground, type WriteRequest } from '@tallystick/platform';
import { tenancyEntities } from '@tallystick/tenancy';
import { HealthController } from '../../apps/public-api/src/health/health.controller.js';
import { sourceOf } from '../../apps/public-api/src/points/points.controller.js';
import { EarnPointsDto } from '../../apps/public-api/src/points/points.dto.js';

const [memberId, walletId, programId] = [randomUUID(), randomUUID(), randomUUID()];

/** The earn endpoint without its work: the same stack reads, checks, lets in and answers in the envelope; nothing is posted. */
@Controller('api/v1/points')
class BareController {
  private number = 10_000_000;

  @Post('earn')
  @Endpoint({ operationId: 'bench_earn', summary: 'Answer like an earning', permission: 'points:write', status: 201, data: TransactionDto })
  earn(@Ctx() _ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: EarnPointsDto): PointsTransaction {
    const fact = EarnPointsDto.toFact(body, sourceOf(request));
    const now = new Date().toISOString();
    return {
      id: randomUUID(),
      number: ++this.number,
      type: 'earn',
      status: 'completed',
      member_id: memberId,
      wallet_id: walletId,
      program_id: programId,
      points: 1250,
      amount: null,
      currency: null,
      balance_after: 1250,
      reference: fact.reference,
      related_transaction_id: null,
      narration: null,
      metadata: null,
      occurred_at: now,
      posted_at: now,
    };
  }
}

@Module({})
class BareModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: BareModule,
      imports: [PlatformModule.forRoot(ground, [...tenancyEntities, ...identityEntities]), IdentityModule],
      controllers: [BareController, HealthController],
    };
  }
}

await serve('public-api', configOrExit(), (ground) => BareModule.forRoot(ground));
