import { dictionary } from '@zxcvbn-ts/language-common';
import { Text, ValidationFailed } from '@tallystick/platform';

/** Fewest characters of a password that opens an account by itself, and of one that a second factor always goes with (AUT-01). */
const SHORTEST = 15;
const SHORTEST_WITH_SECOND_FACTOR = 8;
/** More than this is refused, never cut. */
export const LONGEST_PASSWORD = 128;

/** Whose password it is to be: what others could guess it from. */
export interface PasswordOwner {
  readonly email: string;
  readonly fullName?: string;
  /** Names of the tenants they belong to. */
  readonly places?: readonly string[];
  readonly hasSecondFactor: boolean;
}

/** Body field: a password to be. What else it must be, `refuseWeakPassword` says, which knows its owner. */
export const NewPassword = (): PropertyDecorator =>
  Text({
    max: LONGEST_PASSWORD,
    description: `Any characters, counted as code points and kept exactly as typed. At least ${SHORTEST}, or ${SHORTEST_WITH_SECOND_FACTOR} with a second factor enabled; not a common password, nor made of names that belong to you.`,
    example: 'seven brown foxes under the bridge',
  });

/** Throws `validation_error` with the reasons when a password is too weak for its owner. */
export function refuseWeakPassword(password: string, owner: PasswordOwner, field = 'new_password'): void {
  const reasons = passwordProblems(password, owner);
  if (reasons.length > 0) throw ValidationFailed.with({ errors: { [field]: reasons } });
}

/**
 * Why a password is too weak for its owner; empty when it is not. Length, lists of what is tried first and words of the owner's own
 * decide, as NIST SP 800-63B-4 has it: nothing is asked of its composition. Only for these comparisons is it looked at in lower case.
 */
export function passwordProblems(password: string, owner: PasswordOwner): string[] {
  const [length, shortest] = [[...password].length, owner.hasSecondFactor ? SHORTEST_WITH_SECOND_FACTOR : SHORTEST];
  const lower = password.toLowerCase();
  return [
    ...(length < shortest ? [`Must have at least ${shortest} characters: a few words make a good password.`] : []),
    ...(length > LONGEST_PASSWORD ? [`Must have at most ${LONGEST_PASSWORD} characters.`] : []),
    ...(length <= LONGEST_PASSWORD && isTriedFirst(lower) ? ['Must not be among the passwords that are tried first.'] : []),
    ...(length <= LONGEST_PASSWORD && isMadeOf(lower, wordsOf(owner))
      ? ['Must not be made of your name, your e-mail address, your organization or the name of this platform.']
      : []),
  ];
}

let known: ReadonlySet<string> | undefined;

/** The common passwords and words, in lower case; a set is made of them when the first password is looked at. */
const isListed = (word: string): boolean =>
  (known ??= new Set([...dictionary['passwords-common'], ...dictionary['diceware-common']])).has(word);

/** A listed one, also with a trivial beginning or end as `Password1!`, a short pattern over and over, or a walk along the keys. */
function isTriedFirst(lower: string): boolean {
  if (isListed(lower) || isListed(plain(lower)) || isWalk(lower)) return true;
  const [, before = '', core = '', after = ''] = /^([^\p{L}]*)(.*?)([^\p{L}]*)$/su.exec(lower) ?? [];
  if (core !== lower && (isListed(core) || isListed(plain(core)))) {
    const added = [before, after].filter((part) => part !== '');
    if (before.length + after.length <= TRIVIAL || added.every((part) => isWalk(part) || isListed(part))) return true;
  }
  const unit = unitOf(lower);
  return unit !== undefined && ([...unit].length < SHORTEST_WITH_SECOND_FACTOR || isTriedFirst(unit));
}

/** Characters around a word that do not make it harder to guess. */
const TRIVIAL = 5;

const LEET: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };
const plain = (word: string): string => word.replace(/[013457@$!]/g, (sign) => LEET[sign]!);

const WALKS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', '0123456789', '1qaz2wsx3edc4rfv5tgb6yhn7ujm'].flatMap((walk) => {
  const long = walk.repeat(1 + Math.ceil(LONGEST_PASSWORD / walk.length));
  return [long, [...long].reverse().join('')];
});

const isWalk = (lower: string): boolean => lower !== '' && WALKS.some((walk) => walk.includes(lower));

/** What a text repeats from its beginning to its end, at least twice; undefined when it repeats nothing. */
function unitOf(text: string): string | undefined {
  for (let length = 1; length <= text.length / 2; length++) {
    const unit = text.slice(0, length);
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return unit;
  }
  return undefined;
}

/** Fewest characters that something else must add to words of the owner's own. */
const OWN_ADDITION = 8;
const PRODUCT = 'tallystick';

/** Whether taking the words out leaves next to nothing, or something that is tried first itself. */
function isMadeOf(lower: string, words: readonly string[]): boolean {
  const bare = lower.replace(/[^\p{L}\p{N}]/gu, '');
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), bare);
  return rest !== bare && ([...rest].length < OWN_ADDITION || isTriedFirst(rest));
}

/** The owner's words as others would write them, the longest first. */
function wordsOf({ email, fullName = '', places = [] }: PasswordOwner): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const texts = [local, domain, fullName.toLowerCase(), ...places.map((place) => place.toLowerCase()), PRODUCT];
  const words = texts.flatMap((text) => [text.replace(/[^\p{L}\p{N}]/gu, ''), ...text.split(/[^\p{L}\p{N}]+/u)]);
  return [...new Set(words)].filter((word) => word.length >= 3).sort((a, b) => b.length - a.length);
}
