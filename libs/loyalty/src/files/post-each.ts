import { DomainError, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { rejectedRow, type RowVerdict } from './row-kind.js';

/** Does what rows say one by one; what is refused undoes its own row and no other. */
export async function postEach<Row>(
  tx: WriteTx<TenantContext>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  post: (row: Row) => Promise<RowVerdict>,
): Promise<RowVerdict[]> {
  const verdicts: RowVerdict[] = [];
  for (const row of rows) {
    const result = await tx.attempt(() => post(row));
    verdicts.push(result instanceof DomainError ? refusedRow(keyOf(row), result) : result);
  }
  return verdicts;
}

function refusedRow(key: string, { definition, message, details }: DomainError): RowVerdict {
  const [first] = Object.entries(details.errors ?? {});
  const said = first && Array.isArray(first[1]) ? first[1].join(' ') : undefined;
  return rejectedRow(key, definition.code, said ?? `${message}.`, first?.[0]);
}
