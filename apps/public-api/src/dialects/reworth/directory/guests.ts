import { Inject, Injectable } from '@nestjs/common';
import { isUuid, requestContext, type TenantContext } from '@tallystick/kernel';
import { FindInstitution } from '@tallystick/offers';
import { CONFIG, originOf, ShortMemory, UnitOfWork, type Config } from '@tallystick/platform';
import { TenantsBySlug } from '@tallystick/tenancy';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../reworth.codes.js';

/** Below a second, with room for the look-up: a suspended institution is gone everywhere within one (OAU-05). */
const MEMORY_MS = 750;

/** A tenant that is not there: looking there takes as long as anywhere. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

const guest = { actor: { type: 'anonymous', id: 'anonymous' }, requestId: 'directory-guest' } as const;

/** In whose directory guests read. For the edge: opens transactions of its own. */
@Injectable()
export class DirectoryGuests {
  private readonly memory = new ShortMemory(MEMORY_MS, (fiid) => this.lookUp(fiid));

  constructor(
    private readonly tenants: TenantsBySlug,
    private readonly unitOfWork: UnitOfWork,
    private readonly institution: FindInstitution,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The context in which a guest reads the directory of the institution that they name, else of the installation's own. Throws
   * `ValidationError` where there is none to read, `NotFound` for one that is unknown, suspended or not approved.
   */
  async contextOf(request: FastifyRequest, named: string | undefined): Promise<TenantContext> {
    const fiid = named ?? this.config.directoryTenant;
    if (fiid === undefined)
      throw refuse('ValidationError', { errors: { fiid: ['Guests name the institution whose directory they read.'] } });
    const found = await this.memory.get(fiid);
    if (!found) throw refuse('NotFound', { message: 'There is no such institution' });
    return requestContext({ ...found, requestId: request.id, origin: originOf(request) });
  }

  private async lookUp(fiid: string): Promise<TenantContext | undefined> {
    const tenantId = (isUuid(fiid) ? fiid : await this.tenants.idOf(fiid)) ?? NOBODY;
    const ctx = requestContext({ tenantId, ...guest });
    return this.unitOfWork.read(ctx, async (tx) => {
      const [tenant] = await tx.query<{ status: string; offset: string }>(
        'select status, clock_offset_ms as offset from tenant where id = $1',
        [tx.ctx.tenantId],
      );
      const isOpen = (await this.institution.isApproved(tx)) && tenant?.status === 'active';
      return isOpen ? requestContext({ ...ctx, clockOffsetMs: Number(tenant.offset) }) : undefined;
    });
  }
}
