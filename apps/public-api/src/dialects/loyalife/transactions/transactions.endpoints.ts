import { Body, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels } from '@nestjs/swagger';
import { fingerprint, isUuid, type TenantContext } from '@tallystick/kernel';
import { FindQueuedBatch, ParkedRefunds, QueueBatch, TransactionKeys, type TransactionKey } from '@tallystick/loyalty';
import {
  Ctx,
  Endpoint,
  Idempotency,
  IdempotencyKeyReused,
  NotFound,
  Text,
  UnitOfWork,
  Writes,
  type ReadTx,
  type SealedAnswer,
  type WriteRequest,
} from '@tallystick/platform';
import { FindTenant } from '@tallystick/tenancy';
import { BoundTo } from '../loyalife.caller.js';
import { refusals, refuse } from '../loyalife.errors.js';
import { ProgramIdField, type ProgramName } from '../loyalife.fields.js';
import { LoyalifeProgramQuery } from '../loyalife.query.js';
import { FindRelation } from '../members/find-relation.query.js';
import { keyedRequest } from '../points/keyed-request.js';
import { PostFact } from '../points/post-fact.operation.js';
import { lineOf, readBatch } from './batch-lines.js';
import { batchState, TRANSACTION_CODES } from './batch-state.js';
import { factOf, type TransactionSetting } from './transaction-fact.js';
import { LoyalifeTransactionDto } from './transaction.dto.js';
import { BATCH_ANSWER, BATCH_REQUEST, QUEUED_ANSWER } from './transaction.schemas.js';

/** Which batch. */
export class LoyalifeBatchQuery {
  @Text({ min: 36, max: 36, description: 'As the batch was answered.', example: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d' }) batch_id: string;
  @ProgramIdField() pintProgramId?: ProgramName;
}

/** The calls that post transactions, the same below both prefixes. */
export abstract class TransactionsEndpoints {
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;
  @Inject(Writes) protected readonly writes: Writes;
  @Inject(FindRelation) protected readonly relations: FindRelation;
  @Inject(PostFact) protected readonly postFact: PostFact;
  @Inject(ParkedRefunds) private readonly parked: ParkedRefunds;
  @Inject(QueueBatch) private readonly queueBatch: QueueBatch;
  @Inject(FindQueuedBatch) private readonly findBatch: FindQueuedBatch;
  @Inject(TransactionKeys) private readonly keys: TransactionKeys;
  @Inject(FindTenant) private readonly tenants: FindTenant;

  @Post('InsertTransactionData')
  @Endpoint({
    operationId: 'loyalife_insert_transaction_data_create',
    summary: 'Post a purchase, or the return of one',
    description:
      'Counted once for each program, `transaction_id` and `transaction_type`, whichever way it comes; the same again is the same success. A ' +
      'purchase that earns nothing is a success too. A return whose purchase has not been seen waits for it for 90 days. Other fields are ' +
      'kept with the transaction.',
    permission: 'points:write',
    answer: { schema: { type: 'boolean', const: true } },
    errors: refusals('103', '107', '113', '114', '201', 'E201'),
  })
  async insertTransactionData(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Query() { pintProgramId }: LoyalifeProgramQuery,
    @Body() body: LoyalifeTransactionDto,
  ): Promise<SealedAnswer> {
    const keyed = keyedRequest(request, 'InsertTransactionData', body._xoxo_api_client_idempotency);
    const own = ownKey(body, request);
    // Refused before the answer is kept under the key, which a line of a batch may have: the transaction that has it gets its own answer.
    if (own && (await this.unitOfWork.read(ctx, (tx) => this.keys.isOthers(tx, own)))) throw IdempotencyKeyReused.with();
    return this.writes.run(ctx, keyed, async (tx) => {
      const setting = await this.setting(tx, pintProgramId, request.requestId);
      if (boundTo !== undefined) await this.relations.byReference(tx, body.member_relation_reference, boundTo);
      const fact = factOf(body, setting);
      // Under this key it may have come as a line of a batch.
      const [claim] = await this.keys.claim(tx, own ? [own] : []);
      if (claim === 'other') throw IdempotencyKeyReused.with();
      const { status } = await this.postFact.execute(tx, fact, TRANSACTION_CODES);
      if (status === 'parked') await this.parked.park(tx, request.requestId, [fact]);
      // A new key says that this is a new event, the natural key that it is not.
      if (status === 'replayed' && keyed.key !== undefined && claim !== 'same') throw refuse('E201');
      return { status: 200, data: true };
    });
  }

  @Post('InsertTransactionDataV2')
  @ApiExtraModels(LoyalifeTransactionDto)
  @ApiBody({ schema: BATCH_REQUEST as object })
  @Endpoint({
    operationId: 'loyalife_insert_transaction_data_v2_create',
    summary: 'Take in up to 5,000 transactions, to be posted at once',
    description:
      'Each is posted by the same way as a single one, and has a state of its own: ask for it by the `batch_id`. One that is no good does not ' +
      'keep the others.',
    permission: 'points:write',
    status: 202,
    bodyLimit: 8 * 1024 * 1024,
    answer: { schema: QUEUED_ANSWER },
    errors: refusals('E201'),
    bodyExample: [
      {
        transaction_id: 'TXN-2026-000123',
        amount: 1250.5,
        transaction_date: '2026-11-20',
        product_code: 'CARD',
        member_relation_reference: 'C08409803',
        transaction_type: 'DR',
      },
    ],
  })
  insertTransactionDataV2(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Idempotency() request: WriteRequest,
    @Query() { pintProgramId }: LoyalifeProgramQuery,
    @Body() body: object,
  ): Promise<SealedAnswer> {
    if (boundTo !== undefined) throw refuse('401', { message: 'The token is for one member' });
    const given = readBatch(body);
    return this.writes.run(ctx, keyedRequest(request, 'InsertTransactionDataV2'), async (tx) => {
      const setting = await this.setting(tx, pintProgramId, request.requestId);
      const lines = given.map((line) => lineOf(line, setting));
      const batchId = await this.queueBatch.execute(tx, { programId: setting.program.id, lines: lines.map(({ line }) => line) });
      const data = {
        batch_id: batchId,
        message: 'Transactions queued successfully',
        total_transactions: lines.length,
        transactions: lines.map(({ named }) => named),
      };
      return { status: 202, data };
    });
  }

  @Get('PollTransactionBatchStatus')
  @Endpoint({
    operationId: 'loyalife_poll_transaction_batch_status_retrieve',
    summary: 'What has become of a batch',
    permission: 'points:read',
    answer: { schema: BATCH_ANSWER },
    errors: [NotFound],
  })
  pollTransactionBatchStatus(
    @Ctx() ctx: TenantContext,
    @BoundTo() boundTo: string | undefined,
    @Query() { batch_id, pintProgramId }: LoyalifeBatchQuery,
  ): Promise<object> {
    if (boundTo !== undefined) throw refuse('401', { message: 'The token is for one member' });
    if (!isUuid(batch_id)) throw NotFound.with();
    return this.unitOfWork.read(ctx, async (tx) => {
      const program = pintProgramId === undefined ? undefined : await this.relations.program(tx, pintProgramId);
      return batchState(batch_id, await this.findBatch.lines(tx, batch_id.toLowerCase(), program?.id));
    });
  }

  protected async setting(tx: ReadTx<TenantContext>, name: ProgramName | undefined, requestId: string): Promise<TransactionSetting> {
    const program = await this.relations.program(tx, name);
    const tenant = await this.tenants.find(tx);
    return { program, zone: tenant!.timezone, source: { channel: 'loyalife', requestId } };
  }
}

/** The key that a single transaction brings, and its content as a line of a batch would have it. */
const ownKey = ({ _xoxo_api_client_idempotency: key }: LoyalifeTransactionDto, { body }: WriteRequest): TransactionKey | undefined =>
  key === undefined ? undefined : { key, fingerprint: fingerprint({ line: body }) };
