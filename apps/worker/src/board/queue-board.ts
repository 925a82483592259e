import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { IServerAdapter } from '@bull-board/api/typings/app';
import { FastifyAdapter as BoardAdapter } from '@bull-board/fastify';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG, isOpsToken, type Config } from '@tallystick/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WorkerQueues } from '../queues/worker-queues.js';

const PATH = '/ops/queues';
/** The pages come from the package alone: the web font they also ask for is refused, not waited for. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/** Shows operators what is queued and what has failed, and lets them retry it: on the worker's own port, behind the ops token (OUT-03). */
@Injectable()
export class QueueBoard implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly queues: WorkerQueues,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    const board = new BoardAdapter().setBasePath(PATH);
    createBullBoard({
      queues: this.queues.all.map((queue) => new BullMQAdapter(queue)),
      serverAdapter: board as unknown as IServerAdapter, // its types are of another patch release
      options: { uiConfig: { boardTitle: 'Tallystick queues' } },
    });
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    await server.register(async (scope) => {
      scope.addHook('onRequest', async (request, reply) => this.admit(request, reply));
      await scope.register(board.registerPlugin() as never, { prefix: PATH });
    });
  }

  /** Operators sign in with the token as a bearer, or in a browser as the password of the user `ops`. */
  private admit(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    reply.header('content-security-policy', POLICY);
    if (!isOpsToken(bearerOf(request.headers.authorization), this.config.opsToken)) {
      return reply
        .code(401)
        .header('www-authenticate', 'Basic realm="Tallystick operations", charset="UTF-8"')
        .send('Sign in as ops with the ops token.\n');
    }
    // A browser sends the password along wherever a request comes from: only the board's own pages may change something.
    const { origin, host } = request.headers;
    if (request.method !== 'GET' && origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host))
      return reply.code(403).send('This did not come from the board.\n');
    return undefined;
  }
}

/** Basic credentials of the user `ops` as the bearer token they carry. */
function bearerOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return authorization;
  const [, password] = /^ops:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password === undefined ? undefined : `Bearer ${password}`;
}
