import { currencyExponent, formatDecimal, parseDecimal, type Money } from '@tallystick/kernel';
import { DateTime } from 'luxon';
import type { Purchase } from '../points/points-fact.js';
import { WEEKDAYS, type Among, type AttributeCondition, type RuleInForce, type TimeWindow } from './earning-rule.js';

/** What rules ask of a member: attributes that are not personal, codes of segments, and the tier in each program by the program's id. */
export interface Standing {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly segments: ReadonlySet<string>;
  readonly tiers: ReadonlyMap<string, { readonly code: string; readonly multiplier: string }>;
}

/** Of whom nothing is known. */
export const NO_STANDING: Standing = { attributes: {}, segments: new Set(), tiers: new Map() };

/** A purchase as rules look at it. */
export interface PurchaseCase {
  readonly programId: string;
  readonly currency: string;
  readonly money: Money;
  readonly purchase: Omit<Purchase, 'amount' | 'currency'>;
  readonly occurredAt: Date;
  readonly zone: string;
  readonly member: Standing;
}

/** Why a rule does not apply to a purchase, a sentence for each condition that is not met; what depends on counts is looked at later. */
export function unmetBy(given: PurchaseCase, { definition: { conditions, schedule } }: Pick<RuleInForce, 'definition'>): string[] {
  const currency = conditions.currency ?? given.currency;
  if (given.money.currency !== currency) return [`The purchase is in ${given.money.currency}, not in ${currency}.`];
  const { merchant, product_code: product, channel } = given.purchase;
  return [
    ...outsideSchedule(given.occurredAt, schedule),
    ...outsideAmount(given.money, conditions.amount),
    ...outside('merchant category', merchant?.mcc, conditions.mcc, inRange),
    ...outside('merchant', merchant?.merchant_id, conditions.merchant_id),
    ...outside('merchant descriptor', merchant?.descriptor, conditions.merchant_descriptor, matchesPattern),
    ...outside('product', product, conditions.product_code),
    ...outside('channel', channel, conditions.channel),
    ...outsideWindows(given, conditions.time_windows),
    ...(conditions.attributes ?? []).filter((wanted) => !holds(wanted, given.member.attributes[wanted.code])).map(sayAttribute),
    ...outsideSegments(given.member.segments, conditions.segment),
    ...outside('tier', given.member.tiers.get(given.programId)?.code, conditions.tier),
  ];
}

function outsideSchedule(at: Date, { starts_at, ends_at }: { starts_at: string | null; ends_at: string | null }): string[] {
  if (starts_at && at < new Date(starts_at)) return [`The rule starts at ${starts_at}.`];
  return ends_at && at >= new Date(ends_at) ? [`The rule ended at ${ends_at}.`] : [];
}

function outsideAmount(money: Money, amount: { min?: string; max?: string } | undefined): string[] {
  const minor = (text: string): bigint => parseDecimal(text, currencyExponent(money.currency)) as bigint;
  if (amount?.min !== undefined && money.minor < minor(amount.min)) return [`The amount is below ${amount.min}.`];
  return amount?.max !== undefined && money.minor > minor(amount.max) ? [`The amount is above ${amount.max}.`] : [];
}

type Matches = (value: string, wanted: string) => boolean;
const same: Matches = (value, wanted) => value === wanted;

function outside(what: string, value: string | undefined, among: Among | undefined, matches: Matches = same): string[] {
  if (!among) return [];
  const shown = value?.slice(0, 100);
  const found = (list: readonly string[] | undefined): boolean => value !== undefined && (list ?? []).some((one) => matches(value, one));
  if (among.in && !found(among.in))
    return [value === undefined ? `No ${what} is known.` : `The ${what} ${shown} is not one of those named.`];
  return found(among.not_in) ? [`The ${what} ${shown} is left out.`] : [];
}

function outsideSegments(segments: ReadonlySet<string>, among: Among | undefined): string[] {
  if (among?.in && !among.in.some((code) => segments.has(code))) return ['The member is in none of the segments named.'];
  const left = among?.not_in?.find((code) => segments.has(code));
  return left === undefined ? [] : [`The segment ${left} is left out.`];
}

/** `5411` or `5811-5814`. */
const inRange: Matches = (mcc, wanted) => {
  const [from, to = from] = wanted.split('-') as [string, string?];
  return mcc >= from && mcc <= to;
};

/** `*` stands for any text; letters match in any case. Takes time in proportion to the text, whatever the pattern. */
export const matchesPattern: Matches = (value, pattern) => {
  const [text, parts] = [plain(value), plain(pattern).split('*')];
  if (parts.length === 1) return text === parts[0];
  const [first, last] = [parts.shift() as string, parts.pop() as string];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let position = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
};
const plain = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').toLowerCase();

function outsideWindows({ occurredAt, zone }: PurchaseCase, windows: readonly TimeWindow[] | undefined): string[] {
  if (!windows) return [];
  const local = DateTime.fromJSDate(occurredAt, { zone });
  const [today, time] = [local.weekday - 1, local.toFormat('HH:mm:ss')];
  const within = ({ days, from, to }: TimeWindow): boolean => {
    const on = (day: number): boolean => days.includes(WEEKDAYS[(day + 7) % 7] as TimeWindow['days'][number]);
    if (from < to) return on(today) && time >= from && time < to;
    return (on(today) && time >= from) || (on(today - 1) && time < to);
  };
  return windows.some(within) ? [] : [`${local.toFormat('cccc HH:mm')} is outside the hours named.`];
}

/** Whether a member's attribute is as wanted; one that is missing is in nothing, and neither at least nor at most anything. */
function holds({ test, values = [] }: AttributeCondition, value: unknown): boolean {
  const known = value !== undefined && value !== null;
  switch (test) {
    case 'present':
      return known;
    case 'absent':
      return !known;
    case 'in':
      return known && values.some((wanted) => order(value, wanted) === 0);
    case 'not_in':
      return !known || values.every((wanted) => order(value, wanted) !== 0);
    case 'at_least':
      return known && values.every((wanted) => order(value, wanted) >= 0);
    case 'at_most':
      return known && values.every((wanted) => order(value, wanted) <= 0);
  }
}

const FINEST = 30;

/** Two decimals by their size, anything else as text: days in ISO 8601 are in order as text. */
function order(value: unknown, wanted: string): number {
  const text = String(value);
  const [a, b] = [parseDecimal(text, FINEST), parseDecimal(wanted, FINEST)];
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  return text < wanted ? -1 : text > wanted ? 1 : 0;
}

/** Names the attribute and never its value. */
const sayAttribute = ({ code, test }: AttributeCondition): string => `The member's attribute ${code} is not as asked (${test}).`;

/** A number of units as points in plain text, without zeros at its end: `12.5`. */
export const pointsText = (units: bigint, scale: number): string =>
  formatDecimal(units, scale)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
