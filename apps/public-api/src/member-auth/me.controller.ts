import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { IssuedPasscodeDto } from '@tallystick/identity';
import type { TenantContext } from '@tallystick/kernel';
import {
  CONFIRMATIONS,
  FindMembers,
  RequestMemberPasscode,
  MemberDto,
  requireActingMember,
  UpdateMember,
  ExportMember,
  MemberExportDto,
  type Member,
} from '@tallystick/loyalty';
import {
  Choice,
  Ctx,
  Day,
  Endpoint,
  Idempotency,
  InvalidState,
  OWN_MEMBER,
  Phone,
  StreamedData,
  Text,
  Throttled,
  UnitOfWork,
  Writes,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';

class UpdateMeDto {
  @Text({ optional: true, nullable: true, max: 200, example: 'Asha Rao' })
  full_name?: string | null;

  @Phone({ optional: true, nullable: true })
  phone_number?: string | null;

  @Day({ optional: true, nullable: true, example: '1990-04-23' })
  date_of_birth?: string | null;
}

class RequestMyOtpDto {
  @Choice(Object.values(CONFIRMATIONS), { description: 'What the code is to confirm.', example: 'POINTREDEEMCONFIRM' })
  type: (typeof CONFIRMATIONS)[keyof typeof CONFIRMATIONS];
}

@Controller('api/v1/member-auth/me')
export class MeController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly members: FindMembers,
    private readonly updateMember: UpdateMember,
    private readonly exportMember: ExportMember,
    private readonly requestMemberPasscode: RequestMemberPasscode,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'member_auth_me_retrieve',
    summary: 'Get what is known of oneself',
    permission: OWN_MEMBER,
    data: MemberDto,
  })
  get(@Ctx() ctx: TenantContext): Promise<Member> {
    return this.unitOfWork.read(ctx, (tx) => this.members.byId(tx, requireActingMember(ctx)));
  }

  @Get('export')
  @Endpoint({
    operationId: 'member_auth_me_export_retrieve',
    summary: 'Get all that is kept of oneself',
    description: 'The profile, every posting, and what leads to them: before an erasure, or at any time.',
    permission: OWN_MEMBER,
    limit: 'export',
    data: MemberExportDto,
  })
  async export(@Ctx() ctx: TenantContext): Promise<StreamedData> {
    const begun = await this.unitOfWork.read(ctx, (tx) => this.exportMember.begin(tx, requireActingMember(ctx)));
    return new StreamedData(this.exportMember.pieces(ctx, begun));
  }

  @Patch()
  @Endpoint({
    operationId: 'member_auth_me_partial_update',
    summary: 'Change what is known of oneself',
    description: 'The e-mail address is where codes for signing in go: the tenant changes it, who knows whose it is.',
    permission: OWN_MEMBER,
    data: MemberDto,
    bodyExample: { full_name: 'Asha Rao' },
  })
  update(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() profile: UpdateMeDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: await this.updateMember.execute(tx, requireActingMember(ctx), { profile }),
      secret: true,
    }));
  }

  @Post('otp/request')
  @Endpoint({
    operationId: 'member_auth_me_otp_request_create',
    summary: 'Ask for a code to confirm a redemption or transfer',
    description:
      'It goes to the e-mail address that the tenant has of the member, and is sent as `otp` with what it confirms. It works once, for five ' +
      'minutes and for its type; five wrong ones void it, and so does a newer one.',
    permission: OWN_MEMBER,
    limit: 'passcode',
    data: IssuedPasscodeDto,
    errors: [InvalidState, Throttled],
    bodyExample: { type: 'POINTREDEEMCONFIRM' },
  })
  async requestCode(@Ctx() ctx: TenantContext, @Body() { type: otpType }: RequestMyOtpDto): Promise<IssuedPasscodeDto> {
    const memberId = requireActingMember(ctx);
    return IssuedPasscodeDto.from(await this.unitOfWork.run(ctx, (tx) => this.requestMemberPasscode.execute(tx, { memberId, otpType })));
  }
}
