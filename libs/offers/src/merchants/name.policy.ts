import { plainText, runsOf } from './plain-text.policy.js';

const RUN = 3;

/** By what a name is found: its letters by threes wherever they stand, and the first one and two letters of each word. */
export function nameGrams(plainName: string): string[] {
  const beginnings = plainName.split(' ').flatMap((word) => [1, 2].map((length) => [...word].slice(0, length).join('')));
  return [...new Set([...beginnings, ...runsOf(plainName, RUN)])].filter((gram) => gram !== '');
}

/** What is looked for in names, and the grams that all of them must have; undefined where nothing of it is a letter or digit. */
export interface NameSearch {
  readonly plain: string;
  readonly grams: readonly string[];
}

/** Reads a search: a part of a name, anywhere in it; of one or two letters the beginning of a word. */
export function readNameSearch(text: string): NameSearch | undefined {
  const plain = plainText(text);
  if (plain === '') return undefined;
  return { plain, grams: [...plain].length < RUN ? [plain] : runsOf(plain, RUN) };
}
