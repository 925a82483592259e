import { Controller, Get, Param } from '@nestjs/common';
import { isUuid, type TenantContext } from '@tallystick/kernel';
import { EntryAltered, ProveEntry, type InclusionProof } from '@tallystick/ledger';
import { Ctx, Endpoint, InvalidState, NotFound, UnitOfWork } from '@tallystick/platform';
import { ProofDto } from './ledger.dto.js';

const SEQUENCE = /^[1-9]\d{0,17}$/;

@Controller('api/v1/ledger/entries')
export class EntriesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly proveEntry: ProveEntry,
  ) {}

  @Get(':id/proof')
  @Endpoint({
    operationId: 'ledger_entries_proof_retrieve',
    summary: 'Prove that an entry is under a seal',
    description:
      'The id is the account and the sequence of the entry, as a statement shows it. An entry is sealed within a minute of its posting.',
    permission: 'ledger:read',
    data: ProofDto,
    errors: [NotFound, InvalidState, EntryAltered],
    params: { id: { type: 'string', minLength: 3, maxLength: 80, example: '0198f5c4-0000-5000-8000-000000000001:12' } },
  })
  async proof(@Ctx() ctx: TenantContext, @Param('id') id: string): Promise<InclusionProof> {
    const [account_id = '', seq = '', ...rest] = id.toLowerCase().split(':');
    if (!isUuid(account_id) || !SEQUENCE.test(seq) || rest.length > 0) throw NotFound.with();
    const answer = await this.unitOfWork.read(ctx, (tx) => this.proveEntry.find(tx, { account_id, seq }));
    switch (answer.outcome) {
      case 'proven':
        return answer.proof;
      case 'unknown':
        throw NotFound.with();
      case 'not_sealed_yet':
        throw InvalidState.with({ message: 'This entry is not sealed yet', retryAfter: 60 });
      case 'altered':
        throw EntryAltered.with();
    }
  }
}
