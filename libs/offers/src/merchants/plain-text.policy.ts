/** Letters and digits of any script, with the marks that belong to them. */
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/gu;
/** Accents of Latin, Greek and Cyrillic letters; the vowel signs of Indian scripts are letters to their readers and stay. */
const ACCENTS = /[\u0300-\u036f]/g;
const APOSTROPHES = /['’‘`´.]/g;

/** A text as it is compared: without width, case, accents and punctuation, its words apart by one space. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(APOSTROPHES, '')
    .replace(SEPARATORS, ' ')
    .trim();

/** All runs of `size` letters of a text, each once. */
export function runsOf(text: string, size: number): string[] {
  const letters = [...text];
  const runs = new Set<string>();
  for (let start = 0; start + size <= letters.length; start++) runs.add(letters.slice(start, start + size).join(''));
  return [...runs];
}
