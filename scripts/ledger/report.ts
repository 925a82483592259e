import type { Reconciliation, Trust, Verification } from '@tallystick/ledger';

/** What was found: of the seals, and where there is a database, of the books too. */
export type Finding = Verification & Partial<Reconciliation>;

const count = (number: number, what: string): string => `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;

/** What a check found, for people: what was read, what vouches for it, what is wrong. */
export function asText(name: string, found: Finding, trust: Trust): string {
  const { transactions, entries, seals, unsealed, head, key_ids, problem_count, problems, differences = [] } = found;
  const waiting = unsealed > 0 ? `; the last ${count(unsealed, 'transaction')} not sealed yet` : '';
  const lines = [
    `Tenant ${name}: ${count(transactions, 'transaction')} of ${entries.toLocaleString('en-US')} entries under ${count(seals, 'seal')}${waiting}.`,
  ];
  if (head) {
    const whose = trust.publicKeys ? 'a key you gave' : 'the key that came with it: give yours with --public-key';
    lines.push(
      `Seal ${head.number} of ${head.sealed_at} stands for all before it: ${head.chain}`,
      `Signed by ${key_ids.join(', ')}, ${whose}.`,
    );
  }
  if (problem_count > 0) {
    lines.push(`ALTERED. ${count(problem_count, 'problem')}, the first one first:`);
    lines.push(
      ...problems.map(({ subject, transaction, reason }) => `  ${subject}${transaction ? ` of transaction ${transaction}` : ''} ${reason}`),
    );
    if (problem_count > problems.length) lines.push(`  and ${count(problem_count - problems.length, 'more problem')}`);
  }
  if (differences.length > 0) {
    lines.push('The books do not balance:');
    lines.push(
      ...differences.map(({ check, subject, expected, found }) => `  ${check} of ${subject}: expected ${expected}, found ${found}`),
    );
  }
  if (problem_count + differences.length === 0)
    lines.push(found.balanced ? 'Every entry is what was sealed, and the books balance.' : 'Every entry is what was sealed.');
  return [...lines, ''].join('\n');
}
