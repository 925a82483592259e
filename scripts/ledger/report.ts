import type { Trust, Verification } from '@tallystick/ledger';

const count = (number: number): string => number.toLocaleString('en-US');

/** What a check found, for people: what was read, what vouches for it, what is wrong. */
export function asText(name: string, found: Verification, trust: Trust): string {
  const { transactions, entries, seals, unsealed, head, key_ids, problem_count, problems } = found;
  const lines = [
    `Tenant ${name}: ${count(transactions)} transactions with ${count(entries)} entries under ${count(seals)} seals${unsealed > 0 ? `, the last ${count(unsealed)} transactions not sealed yet` : ''}.`,
  ];
  if (head) lines.push(`Seal ${head.number} of ${head.sealed_at} stands for all before it: ${head.chain}`);
  if (head)
    lines.push(
      `Signed by ${key_ids.join(', ')}, ${trust.publicKeys ? 'a key you gave' : 'the key that came with it: give yours with --public-key'}.`,
    );
  if (problem_count === 0) return [...lines, 'Every entry is what was sealed.', ''].join('\n');
  lines.push(`ALTERED. ${count(problem_count)} ${problem_count === 1 ? 'problem' : 'problems'}, the first one first:`);
  lines.push(
    ...problems.map(({ subject, transaction, reason }) => `  ${subject}${transaction ? ` of transaction ${transaction}` : ''} ${reason}`),
  );
  if (problem_count > problems.length) lines.push(`  and ${count(problem_count - problems.length)} more`);
  return [...lines, ''].join('\n');
}
