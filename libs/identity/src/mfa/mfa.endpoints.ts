import { Body, Get, Inject, Post, Res } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, SIGNED_IN, UnitOfWork } from '@tallystick/platform';
import type { FastifyReply } from 'fastify';
import { AuthenticationFailed } from '../identity.errors.js';
import { personIn } from '../sessions/person-in.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import { DisableMfa } from './disable-mfa.operation.js';
import {
  FactorProofDto,
  MfaDisabledDto,
  MfaEnabledDto,
  MfaSetupDto,
  MfaStatusDto,
  RecoveryCodesDto,
  VerifyMfaSetupDto,
} from './mfa.dto.js';
import { AccountLocked, MfaInvalid, MfaNotEnabled, MfaRequiredByRole, RecentSignInRequired } from './mfa.errors.js';
import { Mfa } from './mfa.js';
import { FindMfaSetup } from './mfa-setup.query.js';
import { FindMfaStatus } from './mfa-status.query.js';
import { RenewRecoveryCodes } from './renew-recovery-codes.operation.js';
import { VerifyMfaSetup } from './verify-mfa-setup.operation.js';

/** How people look after their second factor, the same on both APIs; each app's controller of that name extends it. */
export abstract class MfaEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Mfa) private readonly mfa: Mfa;
  @Inject(FindMfaStatus) private readonly findStatus: FindMfaStatus;
  @Inject(FindMfaSetup) private readonly findSetup: FindMfaSetup;
  @Inject(VerifyMfaSetup) private readonly verifySetup: VerifyMfaSetup;
  @Inject(RenewRecoveryCodes) private readonly renewRecoveryCodes: RenewRecoveryCodes;
  @Inject(DisableMfa) private readonly disableMfa: DisableMfa;
  @Inject(SessionCookies) private readonly cookies: SessionCookies;

  @Get('status')
  @Endpoint({
    operationId: 'auth_mfa_status_retrieve',
    summary: 'MFA status',
    permission: SIGNED_IN,
    beforeMfa: true,
    data: MfaStatusDto,
  })
  async status(@ActorCtx() ctx: RequestContext): Promise<MfaStatusDto> {
    const userId = personIn(ctx).actor.id;
    return this.unitOfWork.read(ctx, async (tx) =>
      MfaStatusDto.from(await this.findStatus.find(tx, userId), await this.mfa.isRequired(tx, userId, ctx.tenantId)),
    );
  }

  @Get('setup')
  @Endpoint({
    operationId: 'auth_mfa_setup_retrieve',
    summary: 'MFA setup (get QR)',
    description:
      'What an authenticator app needs: pending until a code of it confirms it, and the same for some minutes. With a second factor ' +
      'enabled, the set-up of another app that replaces it.',
    permission: SIGNED_IN,
    beforeMfa: true,
    data: MfaSetupDto,
  })
  async setup(@ActorCtx() ctx: RequestContext): Promise<MfaSetupDto> {
    const { actor, sessionId } = personIn(ctx);
    return MfaSetupDto.from(await this.unitOfWork.read(ctx, (tx) => this.findSetup.find(tx, actor.id, sessionId)));
  }

  @Post('setup/verify')
  @Endpoint({
    operationId: 'auth_mfa_setup_verify_create',
    summary: 'MFA setup (verify and enable)',
    description:
      'Enables the second factor and ends the other sessions of the person. The recovery codes are shown this once. To replace an app, ' +
      'prove both present factors with `password` and `current_code`; for the first app the sign-in must be at most 15 minutes old. The fifth wrong code voids the set-up.',
    permission: SIGNED_IN,
    beforeMfa: true,
    limit: 'passcode',
    data: MfaEnabledDto,
    bodyExample: { code: '123456' },
    errors: [MfaInvalid, AuthenticationFailed, AccountLocked, RecentSignInRequired],
  })
  async verify(
    @ActorCtx() ctx: RequestContext,
    @Body() { code, password, current_code: currentCode }: VerifyMfaSetupDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MfaEnabledDto> {
    const { recoveryCodes, cookie } = await this.verifySetup.execute(personIn(ctx), { code, password, currentCode });
    if (cookie !== undefined) this.cookies.open(reply, cookie);
    return { mfa_enabled: true, recovery_codes: recoveryCodes };
  }

  @Post('recovery-codes')
  @Endpoint({
    operationId: 'auth_mfa_recovery_codes_create',
    summary: 'New recovery codes',
    description: 'Voids all the old ones. The new ones are shown this once.',
    permission: SIGNED_IN,
    limit: 'passcode',
    data: RecoveryCodesDto,
    errors: [MfaNotEnabled, AuthenticationFailed, MfaInvalid, AccountLocked],
  })
  async recoveryCodes(@ActorCtx() ctx: RequestContext, @Body() proof: FactorProofDto): Promise<RecoveryCodesDto> {
    return { recovery_codes: await this.renewRecoveryCodes.execute(personIn(ctx), proof) };
  }

  @Post('disable')
  @Endpoint({
    operationId: 'auth_mfa_disable_create',
    summary: 'MFA disable',
    description:
      'Removes the second factor and ends the other sessions of the person. Refused while a role of theirs needs it, and for a password ' +
      'that is too short to be the only factor.',
    permission: SIGNED_IN,
    limit: 'passcode',
    data: MfaDisabledDto,
    errors: [MfaNotEnabled, MfaRequiredByRole, AuthenticationFailed, MfaInvalid, AccountLocked],
  })
  async disable(
    @ActorCtx() ctx: RequestContext,
    @Body() proof: FactorProofDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MfaDisabledDto> {
    const { cookie } = await this.disableMfa.execute(personIn(ctx), proof);
    if (cookie !== undefined) this.cookies.open(reply, cookie);
    return { mfa_enabled: false };
  }
}
