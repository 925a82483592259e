import type { Keyring } from '@tallystick/platform';

/** Whether a tenant may act as a financial institution: the platform says so, once somebody of the tenant has asked. */
export const INSTITUTION_STATUSES = ['pending', 'approved', 'rejected'] as const;

export type InstitutionStatus = (typeof INSTITUTION_STATUSES)[number];

/** How often what is due is closed into a window: weekly or daily (C6.1). */
export const REFRESH_RATES = { weekly: 0, daily: 1 } as const;

export type RefreshRate = (typeof REFRESH_RATES)[keyof typeof REFRESH_RATES];

/** Whether a value is a refresh rate: 0 is one, and nothing that only looks false is (C6.1). */
export const isRefreshRate = (value: unknown): value is RefreshRate => value === 0 || value === 1;

/** Whom the platform talks to at an institution. */
export interface InstitutionContact {
  readonly name: string;
  readonly email: string;
  /** E.164. */
  readonly phone: string | null;
}

/** A tenant as a financial institution. */
export interface Institution {
  readonly tenantId: string;
  readonly status: InstitutionStatus;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly contact: InstitutionContact;
  readonly refreshRate: RefreshRate;
  readonly requestedAt: Date;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
}

/** A row of the table: its contact is sealed. */
export interface InstitutionRow extends Omit<Institution, 'contact'> {
  readonly contact: string;
}

/** The columns of a row of the table `i`, named as its fields are. */
export const INSTITUTION_COLUMNS = `i.tenant_id as "tenantId", i.status, i.country, i.contact, i.refresh_rate as "refreshRate",
  i.requested_at as "requestedAt", i.decided_at as "decidedAt", i.decision_reason as "decisionReason"`;

const contactAad = (tenantId: string): string => `institution/${tenantId}/contact`;

/** The contact as it is kept. */
export const sealContact = (keyring: Keyring, tenantId: string, { name, email, phone }: InstitutionContact): string =>
  keyring.encrypt(JSON.stringify({ name, email, phone }), contactAad(tenantId));

/** A row with its contact opened. */
export const openInstitution = (keyring: Keyring, { contact, ...row }: InstitutionRow): Institution => ({
  ...row,
  contact: JSON.parse(keyring.decrypt(contact, contactAad(row.tenantId)).toString('utf8')) as InstitutionContact,
});
