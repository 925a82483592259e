import { INSTITUTION_STATUSES, type InstitutionStatus, type InstitutionView } from '@tallystick/offers';
import { Choice, Nested, PageQuery, Text } from '@tallystick/platform';
import { InstitutionDto, InstitutionTenantDto } from '../tenant/institution.dto.js';

export class InstitutionsQuery extends PageQuery {
  @Choice(INSTITUTION_STATUSES, { optional: true, example: 'pending' })
  status?: InstitutionStatus;
}

export class ApproveInstitutionDto {
  @Text({ optional: true, max: 1_000, description: 'A word to the tenant.', example: 'Checked against the contract.' })
  reason?: string;
}

export class RejectInstitutionDto {
  @Text({ max: 1_000, description: 'Why, for the tenant.', example: 'The license is of another company.' })
  reason: string;
}

/** An institution as the platform sees it. */
export class PlatformInstitutionDto extends InstitutionDto {
  @Nested(() => InstitutionTenantDto)
  tenant: InstitutionTenantDto;

  static of(view: InstitutionView): PlatformInstitutionDto {
    return { ...InstitutionDto.from(view), tenant: { id: view.tenantId, slug: view.tenantSlug, name: view.tenantName } };
  }
}
