import { Injectable } from '@nestjs/common';
import { DomainError, requestContext, type PlatformContext, type TenantContext } from '@tallystick/kernel';
import { InviteUser } from '@tallystick/identity';
import { Duplicate, InvalidState, UnitOfWork } from '@tallystick/platform';
import { FindTenants } from '@tallystick/tenancy';

/** Who is to be the first admin of a tenant. */
export interface FirstAdmin {
  readonly email: string;
  readonly fullName: string | null;
}

/** Refusals that say that the invitation, or what came of it, is there already. */
const DONE: ReadonlySet<string> = new Set([Duplicate.code, InvalidState.code]);

/** How staff of the platform let the first person into a tenant; from then on its own people invite. */
@Injectable()
export class FirstAdmins {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tenants: FindTenants,
    private readonly inviteUser: InviteUser,
  ) {}

  /** The context in which a person of the platform acts in a tenant, and its trail names them. Throws `not_found`, `invalid_state` when it is suspended. */
  async contextIn(ctx: PlatformContext, tenantId: string): Promise<TenantContext> {
    const tenant = await this.unitOfWork.read(ctx, (tx) => this.tenants.byId(tx, tenantId));
    if (tenant.status !== 'active') throw InvalidState.with({ message: 'This tenant is suspended' });
    return requestContext({ ...ctx, tenantId, clockOffsetMs: tenant.clockOffsetMs });
  }

  /** Invites into tenants that were just opened; whoever is invited already is left alone, so that a repeat finishes what was cut off. */
  async inviteInto(ctx: PlatformContext, tenantIds: readonly string[], admin: FirstAdmin): Promise<void> {
    for (const tenantId of tenantIds) {
      await this.inviteOnce(ctx, tenantId, admin).catch((error: unknown) => {
        if (!(error instanceof DomainError) || !DONE.has(error.definition.code)) throw error;
      });
    }
  }

  private async inviteOnce(ctx: PlatformContext, tenantId: string, admin: FirstAdmin): Promise<string> {
    return this.unitOfWork.run(await this.contextIn(ctx, tenantId), (tx) => this.inviteUser.firstAdmin(tx, admin));
  }
}
