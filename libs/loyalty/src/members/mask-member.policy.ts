import { maskEmail } from '@tallystick/identity';
import type { Profile } from './profile-sealer.js';

/** A name of which its owner's people recognize what is left, as `A*** R***`. */
const maskName = (name: string): string => name.replace(/(\S)\S*/gu, '$1***');

/** The last two digits, as `+***********01`. */
const maskPhone = (phone: string): string => `+${'*'.repeat(Math.max(phone.length - 3, 0))}${phone.slice(-2)}`;

/** What is shown of a person to who may see members and not who they are (PII-05). */
export const maskProfile = ({ full_name, email, phone_number, attributes = {} }: Profile): Profile => ({
  full_name: full_name && maskName(full_name),
  email: email && maskEmail(email),
  phone_number: phone_number && maskPhone(phone_number),
  date_of_birth: null,
  attributes: Object.fromEntries(Object.keys(attributes).map((code) => [code, '***'])),
});
