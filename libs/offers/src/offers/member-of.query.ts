import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx } from '@tallystick/platform';

/** Names a member by our id or the institution's own reference. */
export interface MemberName {
  readonly id?: string;
  readonly reference?: string;
}

/** The member who is meant: of one who was merged, who goes on for them; undefined where nobody is. */
export async function memberOf(
  tx: ReadTx<TenantContext>,
  { id, reference }: MemberName,
): Promise<{ id: string; status: string } | undefined> {
  const [row] = await tx.query<{ id: string; status: string }>(
    `select m.id, m.status from member q join member m on m.tenant_id = $1 and m.id = coalesce(q.merged_into, q.id)
     where q.tenant_id = $1 and ${id === undefined ? 'q.reference = $2' : 'q.id = $2'}`,
    [tx.ctx.tenantId, id ?? reference],
  );
  return row;
}
