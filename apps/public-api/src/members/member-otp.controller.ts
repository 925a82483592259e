import { Body, Controller, Param, Post } from '@nestjs/common';
import { IssuedPasscodeDto, OtpAttemptsExceeded, OtpExpired, OtpInvalid } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import {
  OtpTypeMismatch,
  RequestMemberPasscode,
  RequestOtpOfMemberDto,
  VerifyMemberPasscode,
  VerifyOtpOfMemberDto,
} from '@tallystick/loyalty';
import { Ctx, Endpoint, IdPipe, InvalidState, NotFound, Throttled, UnitOfWork } from '@tallystick/platform';

@Controller('api/v1/members/:id/otp')
export class OtpOfMemberController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly requestMemberPasscode: RequestMemberPasscode,
    private readonly verifyMemberPasscode: VerifyMemberPasscode,
  ) {}

  @Post('request')
  @Endpoint({
    operationId: 'members_otp_request_create',
    summary: 'Mail a member a code to confirm something',
    description: 'A code works once, for five minutes and for its type; five wrong ones void it, and so does a newer one of the same type.',
    permission: 'members:write',
    data: IssuedPasscodeDto,
    errors: [NotFound, InvalidState, Throttled],
  })
  async request(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Body() { type: otpType }: RequestOtpOfMemberDto,
  ): Promise<IssuedPasscodeDto> {
    return IssuedPasscodeDto.from(
      await this.unitOfWork.run(ctx, (tx) => this.requestMemberPasscode.execute(tx, { memberId: id, otpType })),
    );
  }

  @Post('verify')
  @Endpoint({
    operationId: 'members_otp_verify_create',
    summary: "Verify a member's code, once",
    permission: 'members:write',
    errors: [OtpInvalid, OtpExpired, OtpAttemptsExceeded, OtpTypeMismatch],
  })
  verify(
    @Ctx() ctx: TenantContext,
    @Param('id', IdPipe) id: string,
    @Body() { type: otpType, otp: code }: VerifyOtpOfMemberDto,
  ): Promise<void> {
    return this.verifyMemberPasscode.execute(ctx, { memberId: id, otpType, code });
  }
}
