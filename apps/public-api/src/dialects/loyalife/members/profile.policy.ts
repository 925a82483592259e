import type { MemberStatus, Profile, SETTABLE_STATUSES } from '@tallystick/loyalty';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { DateTime } from 'luxon';
import { refuse } from '../loyalife.errors.js';
import type { LoyalifeProfileDto } from './profile.dto.js';

/** The status behind each of Loyalife's numbers (A.3.3). */
const STATUSES: Readonly<Record<string, (typeof SETTABLE_STATUSES)[number]>> = {
  1: 'active',
  2: 'suspended',
  3: 'login_blocked',
  4: 'cancelled',
  5: 'inactive',
  6: 'blocked',
};

/** The status that a number means. */
export const statusOf = (number: number | string): MemberStatus => STATUSES[String(number)]!;

/** Whether a value is the number of a status, or its text. */
export const isStatusNumber = (value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') && Object.hasOwn(STATUSES, String(value));

/**
 * What a profile says, in our words: gender and address are attributes like those of the tenant's own. A mobile number without a country is
 * one of the country whose currency the program counts. Throws 999.
 */
export function profileIn(dto: LoyalifeProfileDto, currency: string): Profile {
  const { full_name, email_id, mobile_number, dob, gender, address, custom } = dto;
  const attributes = Object.fromEntries(Object.entries({ ...custom, gender, address }).filter(([, value]) => value !== undefined));
  return {
    ...(full_name !== undefined && { full_name }),
    ...(email_id !== undefined && { email: email_id }),
    ...(mobile_number !== undefined && { phone_number: phoneIn(String(mobile_number), currency) }),
    ...(dob !== undefined && { date_of_birth: dayIn(dob) }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/** The first two letters of a currency are those of its country, but for those of several. */
function phoneIn(text: string, currency: string): string {
  const phone = parsePhoneNumberFromString(text, currency.slice(0, 2) as CountryCode);
  if (!phone?.isPossible())
    throw refuse('999', { message: 'mobile_number: Must be a telephone number, with its country as +91 or without' });
  return phone.number;
}

function dayIn(text: string): string {
  const tried = ['yyyy-MM-dd', 'dd/MM/yyyy', 'dd-MM-yyyy'].map((form) => DateTime.fromFormat(text, form, { zone: 'UTC' }));
  const day = tried.find((date) => date.isValid && date.year >= 1900 && date.toMillis() <= Date.now());
  if (!day) throw refuse('999', { message: 'dob: Must be a day of the past, as 1990-05-31' });
  return day.toISODate()!;
}
