import { Body, Controller, Get, Put } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindInstitution, RequestInstitution } from '@tallystick/offers';
import { Ctx, Endpoint, Idempotency, NotFound, UnitOfWork, Writes, type SealedAnswer, type WriteRequest } from '@tallystick/platform';
import { InstitutionDto, SaveInstitutionDto } from './institution.dto.js';

@Controller('api/v1/tenant/institution')
export class InstitutionController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly institution: FindInstitution,
    private readonly requestInstitution: RequestInstitution,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_institution_retrieve',
    summary: 'Get what the tenant is as a financial institution',
    permission: 'institution:read',
    data: InstitutionDto,
    errors: [NotFound],
  })
  async get(@Ctx() ctx: TenantContext): Promise<InstitutionDto> {
    return InstitutionDto.from(await this.unitOfWork.read(ctx, (tx) => this.institution.find(tx)));
  }

  @Put()
  @Endpoint({
    operationId: 'tenant_institution_update',
    summary: 'Ask to be a financial institution, or change what is known of it',
    description:
      'The platform approves or rejects it. Until then no API key with a scope of cashback can be made, and clients of REWORTH get no token. ' +
      'A change of an approved institution needs no new approval; one that was rejected asks again.',
    permission: 'institution:write',
    data: InstitutionDto,
  })
  save(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: SaveInstitutionDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: InstitutionDto.from(await this.requestInstitution.execute(tx, SaveInstitutionDto.toRequest(body))),
    }));
  }
}
