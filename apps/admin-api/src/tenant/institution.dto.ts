import {
  INSTITUTION_STATUSES,
  isRefreshRate,
  type Institution,
  type InstitutionRequest,
  type InstitutionStatus,
  type RefreshRate,
} from '@tallystick/offers';
import { Choice, Email, Integer, Moment, Nested, Phone, Text, Uuid } from '@tallystick/platform';

const RATE = { min: 0, max: 1, description: 'How often windows of conciliation close: 0 weekly, 1 daily.', example: 0 };
const COUNTRY = { min: 2, max: 2, pattern: /^[A-Z]{2}$/, hint: 'Must be two capital letters of ISO 3166.', example: 'MX' };
const STATUS = { description: '`pending` until the platform decides; cashback is for `approved` institutions.', example: 'approved' };

/** Whom the platform talks to at an institution. */
export class InstitutionContactDto {
  @Text({ max: 200, example: 'Asha Rao' })
  name: string;

  @Email({ example: 'asha@bank.example' })
  email: string;

  @Phone({ optional: true, nullable: true, example: '+525512345678' })
  phone?: string | null;
}

export class SaveInstitutionDto {
  @Text(COUNTRY)
  country: string;

  @Nested(() => InstitutionContactDto)
  contact: InstitutionContactDto;

  @Integer({ ...RATE, optional: true, description: `${RATE.description} Left out, it stays; weekly at first.` })
  refresh_rate?: number;

  static toRequest({ country, contact: { name, email, phone = null }, refresh_rate }: SaveInstitutionDto): InstitutionRequest {
    return { country, contact: { name, email, phone }, ...(isRefreshRate(refresh_rate) && { refreshRate: refresh_rate }) };
  }
}

/** A tenant as a financial institution. */
export class InstitutionDto {
  @Choice(INSTITUTION_STATUSES, STATUS)
  status: InstitutionStatus;

  @Text(COUNTRY)
  country: string;

  @Nested(() => InstitutionContactDto)
  contact: InstitutionContactDto;

  @Integer(RATE)
  refresh_rate: RefreshRate;

  @Moment()
  requested_at: string;

  @Moment({ nullable: true, example: null })
  decided_at: string | null;

  @Text({ max: 1_000, nullable: true, description: 'What the platform says of its decision.', example: null })
  decision_reason: string | null;

  static from({ status, country, contact, refreshRate, requestedAt, decidedAt, decisionReason }: Institution): InstitutionDto {
    return {
      status,
      country,
      contact: { ...contact },
      refresh_rate: refreshRate,
      requested_at: requestedAt.toISOString(),
      decided_at: decidedAt?.toISOString() ?? null,
      decision_reason: decisionReason,
    };
  }
}

/** Which tenant an institution is. */
export class InstitutionTenantDto {
  @Uuid()
  id: string;

  @Text({ max: 63, example: 'demo' })
  slug: string;

  @Text({ max: 200, example: 'Demo Bank' })
  name: string;
}
