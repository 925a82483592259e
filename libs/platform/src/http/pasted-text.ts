const STRAY_PERCENT = /%(?![0-9a-f]{2})/gi;

/**
 * A query in which text was pasted into the parameters `names` as it was typed, escaped as such text should be: a `%` that begins no escape
 * is one, and what stands after an `&` without a `=` belongs to the text before. `name=H&M&p=1` is `name=H%26M&p=1`.
 */
export function escapePasted(query: string, names: readonly string[]): string {
  const parts: string[] = [];
  let isText = false;
  for (const part of query.split('&')) {
    if (isText && part !== '' && !part.includes('=')) parts.push(`${parts.pop()}%26${escaped(part)}`);
    else {
      isText = names.some((name) => part.startsWith(`${name}=`));
      parts.push(isText ? escaped(part) : part);
    }
  }
  return parts.join('&');
}

const escaped = (text: string): string => text.replace(STRAY_PERCENT, '%25');
