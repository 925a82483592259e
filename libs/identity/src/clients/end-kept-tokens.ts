import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** Takes back, with the client's secret, every token that is kept for it: none is given again, and within a second none is accepted. */
export async function endKeptTokens(tx: WriteTx<TenantContext>, clientRowId: string): Promise<void> {
  await tx.query(
    `with ended as (
       delete from kept_access_token where tenant_id = $1 and api_client_id = $2 returning tenant_id, token_id, api_client_id, expires_at)
     insert into revoked_access_token (tenant_id, token_id, api_client_id, expires_at)
     select tenant_id, token_id, api_client_id, expires_at from ended where expires_at > now()
     on conflict (tenant_id, token_id) do nothing`,
    [tx.ctx.tenantId, clientRowId],
  );
}
