import type { ErrorDefinition } from '@tallystick/kernel';
import { STATUS_OF } from '@tallystick/platform';

/** The catalogue page of all errors, as Markdown (ERR-05). */
export function errorPage(errors: readonly ErrorDefinition[]): string {
  const rows = [...errors]
    .sort((a, b) => STATUS_OF[a.kind] - STATUS_OF[b.kind] || (a.code < b.code ? -1 : 1))
    .map(({ code, kind, message, advice }) => `| ${STATUS_OF[kind]} | \`${code}\` | ${message} | ${advice} |`);
  return `# Errors

Every refused request is answered with a stable \`code\`; \`errors\` says what is wrong by field. Decide on the code, not on the message.
On the OAuth routes the code stands in \`error\` (RFC 6749). This page is printed from the code by \`npm run contracts\`.

| Status | Code | Means | What to do |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
