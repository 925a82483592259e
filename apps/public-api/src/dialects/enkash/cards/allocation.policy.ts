import type { DomainError } from '@tallystick/kernel';
import { maskedNumber, type CardLoad, type CardLoaded, type Profile, type Source } from '@tallystick/loyalty';
import { ValidationFailed } from '@tallystick/platform';
import type { EnkashAllocationItemDto } from './cards.dto.js';

/** Reads a movement of points on a card. Throws `validation_error` where its parts contradict each other. */
export function readLoad(
  item: EnkashAllocationItemDto,
  { companyId, cardAccountId }: { companyId: string; cardAccountId?: string },
  source: Source,
): CardLoad {
  const reference = one(item, 'uniqueReferenceNumber', 'uniqueReferenceNum');
  if (reference === undefined) throw invalid('uniqueReferenceNumber', 'This field is required.');
  if ((item.transactionType === 'CR') !== (item.type === 'ALLOCATE_POINT'))
    throw invalid('type', 'ALLOCATE_POINT goes with CR, UNALLOCATE_POINT with DR.');
  return {
    companyId,
    cardAccountId,
    cardId: one(item, 'enKashCardId', 'enkashCardId'),
    person: personOf(item),
    direction: item.transactionType === 'CR' ? 'on' : 'off',
    amount: item.loadAmount,
    reference,
    source,
  };
}

/** What came of a movement, in the vendor's words. */
export const showLoaded = ({ user, number, reference, balance }: CardLoaded): object => ({
  enKashCardId: user.cardId,
  enkashCardTxnId: number,
  pgReferenceNumber: reference,
  otbBalance: balance,
  maskedNumber: maskedNumber(user.cardId),
});

/** One field in two spellings: they may not differ. */
function one<A extends keyof EnkashAllocationItemDto, B extends keyof EnkashAllocationItemDto>(
  item: EnkashAllocationItemDto,
  name: A,
  other: B,
): EnkashAllocationItemDto[A] | EnkashAllocationItemDto[B] {
  if (item[name] !== undefined && item[other] !== undefined && (item[name] as unknown) !== item[other])
    throw invalid(name, `Differs from ${other}.`);
  return item[name] ?? item[other];
}

function personOf({ email, mobile, title, firstName, lastName, gender }: EnkashAllocationItemDto): Profile | undefined {
  const full_name = [title, firstName, lastName].filter(Boolean).join(' ') || undefined;
  const phone_number = mobile === undefined ? undefined : inE164(mobile);
  const attributes = gender === undefined ? undefined : { gender };
  return email || phone_number || full_name || attributes ? { email, phone_number, full_name, attributes } : undefined;
}

/** Ten digits are an Indian number. */
const inE164 = (mobile: string): string => (mobile.startsWith('+') ? mobile : mobile.length === 10 ? `+91${mobile}` : `+${mobile}`);

const invalid = (field: string, message: string): DomainError => ValidationFailed.with({ errors: { [field]: [message] } });
