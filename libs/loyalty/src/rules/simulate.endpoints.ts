import { Body, Inject, Param, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Ctx, Endpoint, IdPipe, InvalidState, NotFound, UnitOfWork } from '@tallystick/platform';
import { LimitExceeded } from '../loyalty.errors.js';
import { SimulateEarning } from './simulate-earning.query.js';
import { SimulateEarningDto, SimulationDto } from './simulation.dto.js';

/** How an earning is simulated, the same on both APIs; each app's controller extends it. */
export abstract class SimulateEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(SimulateEarning) private readonly simulation: SimulateEarning;

  @Post()
  @Endpoint({
    operationId: 'programs_simulate_create',
    summary: 'What a purchase would earn, and for each rule why or why not',
    description: 'Writes nothing. Posted now, the purchase earns the same, unless a cap or budget is used by another meanwhile.',
    permission: 'points:read',
    data: SimulationDto,
    errors: [NotFound, InvalidState, LimitExceeded],
    bodyExample: { member_reference: 'CUST-1001', amount: '1250.00', currency: 'USD', merchant: { mcc: '5942' } },
  })
  async simulate(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Body() body: SimulateEarningDto): Promise<SimulationDto> {
    const asked = SimulateEarningDto.read(body, id);
    const { program, earning } = await this.unitOfWork.read(ctx, (tx) => this.simulation.execute(tx, asked));
    return SimulationDto.from(program, earning);
  }
}
