import { Body, Inject, Post } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { CheckMemberCredentials, RequestMemberPasscode, VerifyMemberPasscode, type Member, type MemberStatus } from '@tallystick/loyalty';
import { Ctx, Endpoint, UnitOfWork, type ReadTx } from '@tallystick/platform';
import { BoundTo } from '../loyalife.caller.js';
import { refusals, refuse } from '../loyalife.errors.js';
import type { ProgramName } from '../loyalife.fields.js';
import { FindRelation } from '../members/find-relation.query.js';
import { STATUS_NUMBERS, standingRefusal } from '../members/standing.policy.js';
import {
  codeIn,
  LoyalifeCredentialsDto,
  LoyalifeGenerateOtpByReferenceDto,
  LoyalifeGenerateOtpDto,
  LoyalifeProvenMemberDto,
  LoyalifeVerifyOtpByReferenceDto,
  LoyalifeVerifyOtpDto,
} from './passcodes.dto.js';
import { otpRefusal } from './passcodes.refusals.js';

type Search = (tx: ReadTx<TenantContext>) => Promise<Member>;

const OTP_ERRORS = refusals('103', '107', '113', '114');
const VERIFY_ERRORS = refusals('103', '301', '302', '303', '304');
const TRUE = { schema: { type: 'boolean', const: true } } as const;

/** The calls by which members prove who they are, the same below both prefixes. */
export abstract class PasscodesEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(FindRelation) private readonly relations: FindRelation;
  @Inject(CheckMemberCredentials) private readonly checkCredentials: CheckMemberCredentials;
  @Inject(RequestMemberPasscode) private readonly requestPasscode: RequestMemberPasscode;
  @Inject(VerifyMemberPasscode) private readonly verifyPasscode: VerifyMemberPasscode;

  @Post('CheckMembershipCredentialsByRelationReference')
  @Endpoint({
    operationId: 'loyalife_check_membership_credentials_by_relation_reference_create',
    summary: 'Check what a member presents',
    description: 'Ten wrong ones in a row keep the member out for minutes, and longer after that.',
    permission: 'members:write',
    data: LoyalifeProvenMemberDto,
    errors: refusals('107', '113', '114', '402', '403'),
  })
  async checkMembershipCredentials(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() { UniquerefID, Password, ProgramId }: LoyalifeCredentialsDto,
  ): Promise<LoyalifeProvenMemberDto> {
    await this.checkCall(ctx, ProgramId, UniquerefID, boundTo);
    try {
      const { member_id, last_signed_in_at } = await this.checkCredentials.execute(ctx, { reference: UniquerefID }, Password);
      const member = await this.unitOfWork.read(ctx, (tx) => this.relations.byId(tx, member_id));
      return {
        Id: member.number,
        FullName: member.full_name,
        Email: member.email,
        Status: STATUS_NUMBERS[member.status],
        IsAccountActivated: member.status !== 'inactive',
        LastLoggedIn: last_signed_in_at,
        LoginAttempt: 0,
        ForceChangePassword: false,
      };
    } catch (error) {
      throw credentialsRefusal(error);
    }
  }

  @Post('GenerateOTP')
  @Endpoint({
    operationId: 'loyalife_generate_otp_create',
    summary: 'Send the member with this address a one-time passcode',
    permission: 'members:write',
    limit: 'passcode',
    answer: TRUE,
    errors: OTP_ERRORS,
  })
  generateOtp(@Ctx() ctx: TenantContext, @BoundTo() boundTo: string | undefined, @Body() body: LoyalifeGenerateOtpDto): Promise<true> {
    return this.generate(ctx, body, (tx) => this.relations.byEmail(tx, body.UniquerefID, boundTo));
  }

  @Post('GenerateOTPByRelationReference')
  @Endpoint({
    operationId: 'loyalife_generate_otp_by_relation_reference_create',
    summary: 'Send the member of this reference a one-time passcode',
    permission: 'members:write',
    limit: 'passcode',
    answer: TRUE,
    errors: OTP_ERRORS,
  })
  generateOtpByReference(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeGenerateOtpByReferenceDto,
  ): Promise<true> {
    return this.generate(ctx, body, (tx) => this.relations.byReference(tx, body.RelationReference, boundTo));
  }

  @Post('VerifyOTP')
  @Endpoint({
    operationId: 'loyalife_verify_otp_create',
    summary: 'Verify the passcode that the member with this address was sent, once',
    permission: 'members:write',
    answer: TRUE,
    errors: VERIFY_ERRORS,
  })
  verifyOtp(@Ctx() ctx: TenantContext, @BoundTo() boundTo: string | undefined, @Body() body: LoyalifeVerifyOtpDto): Promise<true> {
    return this.verify(ctx, body, (tx) => this.relations.byEmail(tx, body.UniquerefID, boundTo));
  }

  @Post('VerifyOTPByRelationReference')
  @Endpoint({
    operationId: 'loyalife_verify_otp_by_relation_reference_create',
    summary: 'Verify the passcode that the member of this reference was sent, once',
    permission: 'members:write',
    answer: TRUE,
    errors: VERIFY_ERRORS,
  })
  verifyOtpByReference(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Body() body: LoyalifeVerifyOtpByReferenceDto,
  ): Promise<true> {
    return this.verify(ctx, body, (tx) => this.relations.byReference(tx, body.RelationReference, boundTo));
  }

  private async generate(
    ctx: TenantContext,
    { OtpType, ProgramId }: LoyalifeGenerateOtpByReferenceDto | LoyalifeGenerateOtpDto,
    find: Search,
  ): Promise<true> {
    try {
      await this.unitOfWork.run(ctx, async (tx) => {
        await this.relations.program(tx, ProgramId);
        const { id } = await find(tx);
        await this.requestPasscode.execute(tx, { memberId: id, otpType: OtpType });
      });
      return true;
    } catch (error) {
      throw otpRefusal(error);
    }
  }

  private async verify(ctx: TenantContext, body: LoyalifeVerifyOtpByReferenceDto | LoyalifeVerifyOtpDto, find: Search): Promise<true> {
    const { id } = await this.unitOfWork.read(ctx, async (tx) => {
      await this.relations.program(tx, body.ProgramId);
      return find(tx);
    });
    try {
      await this.verifyPasscode.execute(ctx, { memberId: id, otpType: body.OtpType, code: codeIn(body.OTP) });
      return true;
    } catch (error) {
      throw otpRefusal(error);
    }
  }

  /** A program that is not there is told, a member who is not there is not: that is for who has the right credentials (AUT-03). */
  private async checkCall(
    ctx: TenantContext,
    program: ProgramName | undefined,
    reference: string,
    boundTo: string | undefined,
  ): Promise<void> {
    await this.unitOfWork.read(ctx, async (tx) => {
      await this.relations.program(tx, program);
      if (boundTo !== undefined) await this.relations.byReference(tx, reference, boundTo);
    });
  }
}

/** Wrong credentials are 402, a member whose login is blocked is 403. */
function credentialsRefusal(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  if (error.definition.code === 'authentication_failed') return refuse('402');
  const [status] = (error.details.errors?.member_status ?? []) as readonly MemberStatus[];
  return status === 'login_blocked' ? refuse('403') : (standingRefusal(error) ?? error);
}
