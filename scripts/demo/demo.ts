import { derivedId, requestContext, type TenantContext } from '@tallystick/kernel';
import type { Keyring, UnitOfWork } from '@tallystick/platform';

/** Fixed, so that a second seed finds what the first one made. */
const NAMESPACE = '6b1d6c3e-7a70-5c0e-9d0b-3f6f2d0c9a11';

/** The organization of the demo and its two tenants. */
export const DEMO = {
  organizationId: derivedId(NAMESPACE, 'organization'),
  liveId: derivedId(NAMESPACE, 'tenant:demo'),
  sandboxId: derivedId(NAMESPACE, 'tenant:demo-sandbox'),
  slug: 'demo',
  sandboxSlug: 'demo-sandbox',
  currency: 'USD',
  adminUsername: 'admin@demo.example',
  approverUsername: 'approver@demo.example',
  superAdminUsername: 'super-admin@demo.example',
} as const;

/** What the steps of the seed work with. */
export interface DemoGround {
  readonly uow: UnitOfWork;
  readonly keyring: Keyring;
}

/** The context of the seed in one of the demo's tenants. */
export const demoContext = (tenantId: string): TenantContext =>
  requestContext({ tenantId, actor: { type: 'system' as const, id: 'seed' }, requestId: 'demo-seed' });

/** What `npm start` prints of the demo; the addresses come from the start itself. */
export interface DemoFacts {
  readonly tenant_slug: string;
  readonly tenant_id: string;
  readonly sandbox_tenant_slug: string;
  readonly currency: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly sandbox_client_id: string;
  readonly sandbox_client_secret: string;
  readonly admin_username: string;
  readonly admin_password: string;
  /** A second admin: what one starts, as an earning rule, another approves. */
  readonly approver_username: string;
  readonly approver_password: string;
  readonly super_admin_username: string;
  readonly super_admin_password: string;
  /** Base32, for an authenticator app. */
  readonly super_admin_totp_secret: string;
  readonly member_id: string;
  readonly member_reference: string;
}
