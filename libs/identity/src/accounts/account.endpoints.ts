import { Body, Get, Inject, Param, Post, Req } from '@nestjs/common';
import { requestContext, type RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, IdPipe, InvalidState, NotFound, SIGNED_IN, UnitOfWork } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import { AuthenticationFailed } from '../identity.errors.js';
import { OtpAttemptsExceeded, OtpExpired, OtpInvalid } from '../passcodes/passcode.errors.js';
import { LastAdmin } from '../people/people.errors.js';
import { personIn } from '../sessions/person-in.js';
import { writeIn } from '../sessions/write-in.js';
import { AccountDeletionDto, DeleteAccountDto, DeletionReceiptDto } from './account.dto.js';
import { FindAccountDeletions } from './account-deletions.query.js';
import { CancelAccountDeletion } from './cancel-account-deletion.operation.js';
import { DeletionReceipts } from './deletion-receipt.js';
import { RequestAccountDeletion } from './request-account-deletion.operation.js';

/** How people have their account deleted, the same on both APIs; each app's controller of that name extends it. */
export abstract class AccountEndpoints {
  @Inject(RequestAccountDeletion) private readonly requestDeletion: RequestAccountDeletion;
  @Inject(CancelAccountDeletion) private readonly cancelDeletion: CancelAccountDeletion;
  @Inject(FindAccountDeletions) private readonly findDeletions: FindAccountDeletions;
  @Inject(DeletionReceipts) private readonly receipts: DeletionReceipts;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Post('delete')
  @Endpoint({
    operationId: 'auth_account_delete_create',
    summary: 'Request account deletion (GDPR)',
    description:
      'The account goes in 30 days and works until then, so that its owner can change their mind. Keep `request_id`: it shows the receipt ' +
      'when nobody can sign in any more. Refused for who alone administers a tenant or the platform.',
    permission: SIGNED_IN,
    limit: 'sign_in',
    status: 202,
    data: AccountDeletionDto,
    bodyExample: { password: 'correct horse battery staple', confirm: true },
    errors: [AuthenticationFailed, OtpInvalid, OtpExpired, OtpAttemptsExceeded, LastAdmin, InvalidState],
  })
  async remove(@ActorCtx() ctx: RequestContext, @Body() { password, otp, reason }: DeleteAccountDto): Promise<AccountDeletionDto> {
    return AccountDeletionDto.from(await this.requestDeletion.execute(personIn(ctx), { password, otp, reason }));
  }

  @Post('delete/cancel')
  @Endpoint({
    operationId: 'auth_account_delete_cancel_create',
    summary: 'Keep the account after all',
    permission: SIGNED_IN,
    data: AccountDeletionDto,
    errors: [InvalidState],
  })
  async cancel(@ActorCtx() ctx: RequestContext): Promise<AccountDeletionDto> {
    return AccountDeletionDto.from(await writeIn(this.unitOfWork, personIn(ctx), (tx) => this.cancelDeletion.execute(tx)));
  }

  @Get('deletion')
  @Endpoint({
    operationId: 'auth_account_deletion_retrieve',
    summary: 'The last deletion asked for',
    permission: SIGNED_IN,
    data: AccountDeletionDto,
    errors: [NotFound],
  })
  async find(@ActorCtx() ctx: RequestContext): Promise<AccountDeletionDto> {
    const { actor } = personIn(ctx);
    const deletion = await this.unitOfWork.read(ctx, (tx) => this.findDeletions.lastOf(tx, actor.id));
    if (!deletion) throw NotFound.with();
    return AccountDeletionDto.from(deletion);
  }

  @Get('deletion-receipts/:id')
  @Endpoint({
    operationId: 'auth_account_deletion_receipts_retrieve',
    summary: 'Receipt of a deletion',
    description: 'For whoever has the `request_id` of a deletion, which is random and was told to its owner alone. It names nobody.',
    public: true,
    data: DeletionReceiptDto,
  })
  async receipt(@Req() request: FastifyRequest, @Param('id', IdPipe) id: string): Promise<DeletionReceiptDto> {
    const anonymous = requestContext({ tenantId: null, actor: { type: 'anonymous', id: 'anonymous' }, requestId: request.id } as const);
    return this.unitOfWork.platform(anonymous, async (tx) => {
      const deletion = await this.findDeletions.byId(tx, id);
      if (!deletion) throw NotFound.with();
      return DeletionReceiptDto.from(deletion, deletion.status === 'completed' ? await this.receipts.sign(tx, deletion) : null);
    });
  }
}
