import { DomainError, LARGEST_POSTING, Money, Points, isCurrency, type DecimalProblem } from '@tallystick/kernel';
import type { LedgerCommand, NewAccount } from '@tallystick/ledger';
import { InvalidState, NotFound, ValidationFailed } from '@tallystick/platform';
import { MemberErased } from '../members/member.errors.js';
import { MEMBER_WORDS, mayDo, type MemberRight } from '../members/member-status.policy.js';
import type { KnownMember, LoyaltyWorld } from './loyalty-world.query.js';
import type { Payment } from './payment.policy.js';
import type { Decimal, MemberRef, Purchase } from './points-fact.js';
import type { Program } from '../programs/program.js';

/** What a fact asks of the ledger, once the rules of the program allow it. */
export interface Plan {
  readonly command: LedgerCommand;
  readonly program: Program;
  readonly member: KnownMember;
  /** What paid for a purchase. */
  readonly payment?: Payment;
  /** Set where the program asks for a code that was not given: what the command is barred by. */
  readonly unconfirmed?: DomainError;
  /** To whom the member gives. */
  readonly receiver?: KnownMember;
  /** Wallets that have to be there first. */
  readonly wallets: readonly NewAccount[];
}

const invalid = (field: string, message: string): DomainError => ValidationFailed.with({ errors: { [field]: [message] } });

/** The program that is meant; postings need it active and within its dates. */
export function activeProgram(world: LoyaltyWorld, id: string | undefined): Program {
  const program = world.program(id);
  if (!program)
    throw id === undefined
      ? invalid('program_id', 'This tenant has no default program: name one.')
      : NotFound.with({ errors: { program_id: ['No such program.'] } });
  const running =
    program.status === 'active' && (!program.startsAt || program.startsAt <= world.now) && (!program.endsAt || program.endsAt > world.now);
  if (!running) throw InvalidState.with({ errors: { program_id: ['The program is not active at this time.'] } });
  return program;
}

/** The member that is meant; what their status does not allow is refused, and `errors.member_status` names it. */
export function activeMember(world: LoyaltyWorld, ref: MemberRef, field = 'member', right: MemberRight = 'spend'): KnownMember {
  const member = world.member(ref);
  if (!member && world.isErased(ref)) throw MemberErased.with({ errors: { [field]: ['This person was erased.'] } });
  if (!member) throw NotFound.with({ errors: { [field]: ['No such member.'] } });
  if (!mayDo(member.status, right))
    throw InvalidState.with({ errors: { [field]: [`The member is ${MEMBER_WORDS[member.status]}.`], member_status: [member.status] } });
  return member;
}

/** Reads points exactly at the program's scale, above 0 and at most 10^12 smallest units. */
export function readPoints(value: Decimal, program: Program, field = 'points'): bigint {
  const points = Points.parse(value, program.scale);
  if (typeof points === 'string') throw invalid(field, problemOf(points, program.scale));
  if (points.units <= 0n) throw invalid(field, 'Must be above 0.');
  return withinPosting(points.units, field);
}

/** Keeps one posting within what every answer shows exactly. */
export function withinPosting(units: bigint, field: string): bigint {
  if (units > LARGEST_POSTING) throw invalid(field, 'One posting moves at most 10^12 smallest units.');
  return units;
}

/** Reads a purchase's amount exactly, in the program's currency or one that a rule counts in (C4.5), 0 or more. */
export function readMoney(
  purchase: Pick<Purchase, 'amount' | 'currency'>,
  program: Program,
  others: readonly (string | undefined)[] = [],
): Money {
  if (!isCurrency(purchase.currency)) throw invalid('currency', 'Must be an ISO 4217 currency code in capitals.');
  if (purchase.currency !== program.terms.currency && !others.includes(purchase.currency))
    throw invalid('currency', `The program counts purchases in ${program.terms.currency}.`);
  const money = Money.parse(purchase.amount, purchase.currency);
  if (typeof money === 'string')
    throw invalid('amount', problemOf(money, Money.of(0n, purchase.currency).toString().split('.')[1]?.length ?? 0));
  if (money.minor < 0n) throw invalid('amount', 'Must not be negative: post a refund instead.');
  return money;
}

/** What of a purchase was paid with points, nothing where it does not say (C3.8). */
export function readPaidWithPoints({ paid_with_points: paid }: Pick<Purchase, 'paid_with_points'>, money: Money): Money | undefined {
  if (paid === undefined) return undefined;
  const part = Money.parse(paid, money.currency);
  if (typeof part === 'string' || part.minor < 0n || part.minor > money.minor)
    throw invalid('paid_with_points', `Must be an amount in ${money.currency} between 0 and that of the purchase.`);
  return part;
}

const problemOf = (problem: DecimalProblem, scale: number): string =>
  problem === 'not_a_number' ? 'Must be a decimal number in plain notation.' : `Must have at most ${scale} decimals.`;

/** The wallet that a credit opens when the member has none of this program yet. */
export const missingWallet = (member: KnownMember, program: Program): NewAccount[] =>
  member.assets.has(program.assetId) ? [] : [{ assetId: program.assetId, ownerId: member.id, ownerType: 'member', lotted: true }];

/** The prefix keeps natural keys of different acts apart; purchases of batches and single earnings share one. */
export const referenceKey = (act: string, reference: string): string => `${act}:${reference}`;
