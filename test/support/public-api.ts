import type { Program, ProgramTerms } from '@tallystick/loyalty';
import { UnitOfWork } from '@tallystick/platform';
import type { NewTenant } from '@tallystick/tenancy';
import { PublicApiModule } from '../../apps/public-api/src/public-api.module.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { startTestApp, type TestApp } from './http-app.js';
import { openIntegrator, type Integrator } from './integrator.js';
import { openProgram } from './loyalty.js';

/** What the envelope holds, as far as tests look at it. */
export interface Envelope<Data = Record<string, never>> {
  readonly code: string;
  readonly message: string;
  readonly data: Data;
  readonly errors: Record<string, unknown>;
  readonly request_id: string;
  readonly meta: { pagination: { next_cursor: string | null; has_next: boolean; total: number } };
}

/** An answer of the API. */
export interface Said<Data = unknown> {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly text: string;
  readonly body: Envelope<Data>;
}

/** A running public API with a tenant, its default program and a client of it. */
export interface PublicApi {
  readonly database: TestDatabase;
  readonly app: TestApp;
  readonly uow: UnitOfWork;
  readonly integrator: Integrator;
  readonly program: Program;
  /** Calls as the integrator, below `/api/v1`. */
  call<Data = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Said<Data>>;
  /** The same calls as another integrator. */
  as(integrator: Integrator): PublicApi['call'];
  close(): Promise<void>;
}

/** Starts the public API on a database of its own. */
export async function startPublicApi(terms: Partial<ProgramTerms> = {}, scale = 0, tenant: Partial<NewTenant> = {}): Promise<PublicApi> {
  const database = await createTestDatabase();
  const app = await startTestApp((ground) => PublicApiModule.forRoot(ground), { databaseUrl: database.appUrl });
  const uow = app.nest.get(UnitOfWork, { strict: false });
  const integrator = await openIntegrator(app, { tenant: { currency: 'USD', ...tenant } });
  const program = await openProgram(uow, integrator.ctx, terms, scale);
  const as =
    ({ headers: credential }: Integrator): PublicApi['call'] =>
    async (method, path, body, headers = {}) => {
      const answer = await app.nest.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers: { ...credential, ...headers },
        ...(body !== undefined && { payload: body as object }),
      });
      return { status: answer.statusCode, headers: answer.headers as Said['headers'], text: answer.body, body: answer.json() };
    };
  return {
    database,
    app,
    uow,
    integrator,
    program,
    call: as(integrator),
    as,
    async close() {
      await app.close();
      await database.close();
    },
  };
}
