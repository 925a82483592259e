import { Body, Controller, Get, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { AdvanceSandboxClock, FindSandboxClock, MoveSandboxClock, NotASandbox } from '@tallystick/loyalty';
import { Ctx, Endpoint, Idempotency, InvalidState, UnitOfWork, Writes, type SealedAnswer, type WriteRequest } from '@tallystick/platform';
import { AdvanceClockDto, ClockDto } from './clock.dto.js';

/** How long a request waits for its days; the worker takes over what is left. */
const PATIENCE_MS = 20_000;

@Controller('api/v1/sandbox/clock')
export class ClockController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly findClock: FindSandboxClock,
    private readonly advanceClock: AdvanceSandboxClock,
    private readonly moveClock: MoveSandboxClock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'sandbox_clock_retrieve',
    summary: 'Get the clock of a sandbox',
    permission: 'sandbox:read',
    data: ClockDto,
    errors: [NotASandbox],
  })
  async get(@Ctx() ctx: TenantContext): Promise<ClockDto> {
    return ClockDto.from(await this.unitOfWork.read(ctx, (tx) => this.findClock.find(tx)));
  }

  @Post('advance')
  @Endpoint({
    operationId: 'sandbox_clock_advance',
    summary: 'Set the clock of a sandbox forward',
    description:
      'Never back. Answers when the work of the days in between is done as if they had passed: points become available and expire, holds end, tiers and segments follow, windows of cashback close. With `status: "advancing"` it takes longer: ask `GET /sandbox/clock` until it is `set`.',
    permission: 'sandbox:write',
    status: 200,
    data: ClockDto,
    errors: [NotASandbox, InvalidState],
    bodyExample: { days: 31 },
  })
  async advance(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Body() body: AdvanceClockDto,
  ): Promise<SealedAnswer | ClockDto> {
    const answer = await this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: ClockDto.from(await this.advanceClock.execute(tx, AdvanceClockDto.read(body))),
    }));
    if (answer.replayed) return answer;
    await this.moveClock.execute(ctx, AbortSignal.timeout(PATIENCE_MS));
    return this.get(ctx);
  }
}
