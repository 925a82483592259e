import { Injectable } from '@nestjs/common';
import { requestContext } from '@tallystick/kernel';
import { UnitOfWork } from '@tallystick/platform';

/** Which tenant a slug names, for the edge, where nobody has signed in. Opens a transaction of its own. */
@Injectable()
export class TenantsBySlug {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The id of the tenant, whatever its status; undefined when there is none. */
  async idOf(slug: string): Promise<string | undefined> {
    const platform = requestContext({
      tenantId: null,
      actor: { type: 'system', id: 'tenant-by-slug' },
      requestId: 'tenant-by-slug',
    } as const);
    const [row] = await this.unitOfWork.read(platform, (tx) =>
      tx.query<{ id: string }>('select id from tenant_slug where slug = $1', [slug]),
    );
    return row?.id;
  }
}
