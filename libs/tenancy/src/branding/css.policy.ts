/** Properties that color, space and shape what is there: none moves it elsewhere, brings in text or fetches anything. */
const PROPERTY =
  /^(--[a-z][a-z0-9-]{0,50}|color|opacity|fill|stroke|gap|accent-color|caret-color|align-items|justify-content|background(-color)?|box-shadow|(min-|max-)?(width|height)|letter-spacing|line-height|(border|outline|margin|padding|font|text)(-[a-z]+){0,3})$/;
const SELECTOR = /^[\w\s.#:>+~*,()-]{1,300}$/;
const VALUE = /^[\w\s.,%#()!+*-]{1,300}$/;
const FUNCTIONS = new Set(['rgb', 'rgba', 'hsl', 'hsla', 'var', 'calc', 'min', 'max', 'clamp', 'linear-gradient', 'radial-gradient']);

/**
 * Why a style sheet of a tenant is refused, as a sentence for its author; undefined for one that is taken.
 *
 * It must be made of plain rules: no at-rules, comments, strings, escapes, attribute selectors or addresses. What is left cannot import,
 * fetch, run, or spell anything in a way that another reader takes for something else; so nothing is rewritten, only taken or refused.
 */
export function findCssProblem(css: string): string | undefined {
  const foreign = /[^\w\s.#:;,{}()>+~*%!-]/u.exec(css);
  if (foreign) return `Must be plain rules: ${JSON.stringify(foreign[0])} is not taken.`;
  const rules = css.trim().split('}');
  if (rules.pop()?.trim() !== '') return 'Must be plain rules: the last one does not end.';
  for (const rule of rules) {
    const [selector = '', body, ...more] = rule.split('{');
    if (body === undefined || more.length > 0) return 'Must be plain rules, each with one { and one }.';
    if (!SELECTOR.test(selector.trim())) return 'Must have a plain selector before each {.';
    const problem = body.split(';').map(declarationProblem).find(Boolean);
    if (problem) return problem;
  }
  return undefined;
}

function declarationProblem(declaration: string): string | undefined {
  if (declaration.trim() === '') return undefined;
  const [property = '', value, ...more] = declaration.split(':').map((part) => part.trim());
  if (value === undefined || more.length > 0 || !VALUE.test(value))
    return `Must be plain rules: the value of ${quoted(property)} is not taken.`;
  if (!PROPERTY.test(property.toLowerCase())) return `Must be plain rules: the property ${quoted(property)} is not taken.`;
  const calls = [...value.matchAll(/([\w-]*)\s*\(/g)].map(([, name = '']) => name.toLowerCase());
  const unknown = calls.find((name) => name !== '' && !FUNCTIONS.has(name));
  if (unknown !== undefined) return `Must be plain rules: the function ${quoted(unknown)} is not taken.`;
  return isBalanced(value) ? undefined : 'Must be plain rules: a ( or ) is missing.';
}

function isBalanced(value: string): boolean {
  let depth = 0;
  for (const character of value) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

const quoted = (word: string): string => JSON.stringify(word.slice(0, 50));
