import { LARGEST_POSTING, currencyExponent, isCurrency, parseDecimal } from '@tallystick/kernel';
import type { Program } from '../programs/program.js';
import type { Among, RuleDefinition, RuleEffect } from './earning-rule.js';
import { RATE_SCALE } from './earning.policy.js';
import { FACTOR_SCALE } from './fraction.policy.js';

/** The longest list in a condition. */
export const LONGEST_LIST = 500;

/** Whether a rule looks at how many purchases a member has made. */
export const countsPurchases = ({ conditions }: RuleDefinition): boolean => Boolean(conditions.first_purchase ?? conditions.nth_purchase);

/** What is wrong with a rule, by field: decimals against the program's scale and the currency, orders, lists that contradict each other. */
export function checkDefinition(definition: RuleDefinition, { scale, terms }: Pick<Program, 'scale' | 'terms'>): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  const say = (field: string, message: string): void => void (errors[field] ??= []).push(message);
  const { conditions, effect, caps, budget, schedule, minimum_points } = definition;
  const currency = conditions.currency ?? terms.currency;
  const decimal = (field: string, value: string | null | undefined, decimals: number, zero: boolean): bigint | null => {
    if (value === undefined || value === null) return null;
    const units = parseDecimal(value, decimals);
    if (typeof units === 'bigint' && (zero ? units >= 0n : units > 0n)) return units;
    say(field, `Must be a decimal ${zero ? 'of 0 or more' : 'above 0'} with at most ${decimals} decimals.`);
    return null;
  };
  const points = (field: string, value: string | null | undefined): bigint | null => {
    const units = decimal(field, value, scale, true);
    if (units !== null && !field.startsWith('budget') && units > LARGEST_POSTING)
      say(field, 'One posting moves at most 10^12 smallest units.');
    return units;
  };
  if (!isCurrency(currency)) say('conditions.currency', 'Must be an ISO 4217 currency code in capitals.');
  const exponent = currencyExponent(currency);
  const [min, max] = [
    decimal('conditions.amount.min', conditions.amount?.min, exponent, true),
    decimal('conditions.amount.max', conditions.amount?.max, exponent, true),
  ];
  if (min !== null && max !== null && min > max) say('conditions.amount.max', 'Must not be below min.');
  for (const name of ['mcc', 'merchant_id', 'merchant_descriptor', 'product_code', 'channel', 'segment', 'tier'] as const)
    checkAmong(`conditions.${name}`, conditions[name], say);
  checkCodes(conditions.mcc, say);
  if (conditions.time_windows?.length === 0) say('conditions.time_windows', 'Name at least one, or leave it out.');
  conditions.attributes?.forEach(({ test, values }, index) => {
    const needsNone = test === 'present' || test === 'absent';
    if (needsNone === Boolean(values?.length))
      say(`conditions.attributes.${index}.values`, needsNone ? `Not with ${test}.` : 'Name at least one.');
    if ((test === 'at_least' || test === 'at_most') && (values?.length ?? 0) > 1)
      say(`conditions.attributes.${index}.values`, 'Name one only.');
  });
  if (conditions.first_purchase === false) say('conditions.first_purchase', 'Leave it out instead.');
  checkEffect(effect, currency, terms.currency, { decimal, points, say, exponent });
  points('minimum_points', minimum_points);
  for (const [name, value] of Object.entries(caps)) points(`caps.${name}`, value as string);
  for (const [name, value] of Object.entries(budget)) points(`budget.${name}`, value as string);
  if (schedule.starts_at && schedule.ends_at && new Date(schedule.ends_at) <= new Date(schedule.starts_at))
    say('schedule.ends_at', 'Must be after starts_at.');
  return errors;
}

interface Readers {
  decimal(field: string, value: string | null | undefined, decimals: number, zero: boolean): bigint | null;
  points(field: string, value: string | null | undefined): bigint | null;
  say(field: string, message: string): void;
  readonly exponent: number;
}

function checkEffect(effect: RuleEffect, currency: string, own: string, { decimal, points, say, exponent }: Readers): void {
  switch (effect.type) {
    case 'points_per_amount':
      decimal('effect.points', effect.points, RATE_SCALE, true);
      decimal('effect.per', effect.per, exponent, false);
      return;
    case 'fixed':
      points('effect.points', effect.points);
      return;
    case 'multiplier': {
      const factor = decimal('effect.factor', effect.factor, FACTOR_SCALE, false);
      if (factor !== null && factor < 10n ** BigInt(FACTOR_SCALE))
        say('effect.factor', 'Must be 1 or more: to give less, let a rule with a lower rate apply alone.');
      if (currency !== own) say('effect.type', `The program has no rate for ${currency} to multiply.`);
      return;
    }
    case 'rate_tiers': {
      let last: bigint | null = null;
      if (effect.tiers.length === 0) say('effect.tiers', 'Name at least one.');
      effect.tiers.forEach(({ from, points: gives, per }, index) => {
        const at = decimal(`effect.tiers.${index}.from`, from, exponent, true);
        decimal(`effect.tiers.${index}.points`, gives, RATE_SCALE, true);
        decimal(`effect.tiers.${index}.per`, per, exponent, false);
        if (index === 0 && at !== null && at !== 0n) say('effect.tiers.0.from', 'The first tier begins at 0.');
        if (index > 0 && at !== null && last !== null && at <= last)
          say(`effect.tiers.${index}.from`, 'Must be above that of the tier before.');
        last = at;
      });
    }
  }
}

function checkAmong(field: string, among: Among | undefined, say: Readers['say']): void {
  if (!among) return;
  const { in: some, not_in: none } = among;
  if (!some && !none) say(field, 'Give in, not_in or both.');
  for (const [name, list] of Object.entries({ in: some, not_in: none }))
    if (list && (list.length === 0 || list.length > LONGEST_LIST)) say(`${field}.${name}`, `Name 1 to ${LONGEST_LIST}.`);
}

const CODES = /^(\d{4})(?:-(\d{4}))?$/;

function checkCodes(mcc: Among | undefined, say: Readers['say']): void {
  for (const name of ['in', 'not_in'] as const) {
    const wrong = mcc?.[name]?.find((code) => {
      const [, from, to = from] = CODES.exec(code) ?? [];
      return from === undefined || (to as string) < from;
    });
    if (wrong !== undefined) say(`conditions.mcc.${name}`, `${wrong} is neither a code of four digits nor a range as 5811-5814.`);
  }
}
