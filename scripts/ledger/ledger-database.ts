import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUuid, requestContext, type TenantContext } from '@tallystick/kernel';
import { ExportLedger, FindSeals, Reconcile, type ExportRecord, type Reconciliation } from '@tallystick/ledger';
import { createDataSource, UnitOfWork, type ReadTx } from '@tallystick/platform';
import { CommandFailure } from './failure.js';
import type { Surroundings } from './surroundings.js';

/** A tenant of the database. */
export interface NamedTenant {
  readonly id: string;
  readonly slug: string;
}

const actor = { type: 'system', id: 'ledger-command' } as const;
const requestId = 'ledger-command';

/** The database of `DATABASE_URL`, or of the demo that `npm start` runs, as far as these commands need it. */
export class LedgerDatabase {
  private constructor(
    private readonly uow: UnitOfWork,
    /** The tenant that the demo speaks of. */
    readonly demoTenant: string | undefined,
    readonly close: () => Promise<void>,
  ) {}

  static async open(env: Surroundings['env']): Promise<LedgerDatabase> {
    const demo = readDemo(env.TALLYSTICK_DATA_DIR || '.data');
    const url = env.DATABASE_URL || demo.database_url;
    if (!url) throw new CommandFailure('there is no database to read: set DATABASE_URL, or start the demo with npm start');
    const dataSource = createDataSource({ url, poolSize: 1, name: 'tallystick-ledger' });
    try {
      await dataSource.initialize();
    } catch (error) {
      const where = URL.canParse(url) ? new URL(url).host : 'DATABASE_URL';
      throw new CommandFailure(`the database at ${where} cannot be reached: ${(error as Error).message}`);
    }
    return new LedgerDatabase(new UnitOfWork(dataSource), env.DATABASE_URL ? undefined : demo.tenant_slug, () => dataSource.destroy());
  }

  /** The tenants there are, or the one of this slug or id. The APIs' role sees no other tenant's row: for it, an id must do. */
  async tenants(wanted?: string): Promise<NamedTenant[]> {
    const all = await this.uow.platform(requestContext({ tenantId: null, actor, requestId }), (tx) =>
      tx.query<NamedTenant>('select id, slug from tenant order by slug'),
    );
    const found = wanted ? all.filter(({ id, slug }) => id === wanted || slug === wanted) : all;
    if (found.length > 0) return found;
    if (wanted && isUuid(wanted)) return [{ id: wanted, slug: wanted }];
    throw new CommandFailure(
      `${wanted ? `there is no tenant ${wanted}` : 'there is no tenant'}, or DATABASE_URL may not see it: use the owner's or the worker's, or give the tenant's id`,
    );
  }

  /** Reads as of one moment in the name of a tenant, or of the platform. */
  within<T>(tenantId: string | null, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.uow.read(requestContext({ tenantId, actor, requestId }), work);
  }

  /** Hands the tenant's whole ledger, as of one moment, to `work`. */
  read<T>(tenant: NamedTenant, work: (books: Books) => Promise<T>): Promise<T> {
    const ctx: TenantContext = requestContext({ tenantId: tenant.id, actor, requestId });
    return this.uow.read(ctx, (tx) =>
      work({ records: new ExportLedger(new FindSeals()).records(tx), reconcile: () => new Reconcile().execute(tx) }),
    );
  }
}

/** A tenant's books as of one moment. */
export interface Books {
  readonly records: AsyncIterable<ExportRecord>;
  reconcile(): Promise<Reconciliation>;
}

function readDemo(dataDir: string): { database_url?: string; tenant_slug?: string } {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as { database_url?: string };
  } catch {
    return {};
  }
}
