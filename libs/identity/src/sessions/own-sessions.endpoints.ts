import { Delete, Get, Inject, Param } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { ActorCtx, Endpoint, IdPipe, SIGNED_IN, UnitOfWork } from '@tallystick/platform';
import { FindOwnSessions } from './find-own-sessions.query.js';
import { personIn } from './person-in.js';
import { RevokeSession } from './revoke-session.operation.js';
import { SessionDto } from './session.dto.js';
import { writeIn } from './write-in.js';

/** How people see where they are signed in, and end it (AUT-09); the same on both APIs. */
export abstract class OwnSessionsEndpoints {
  @Inject(FindOwnSessions) private readonly findOwnSessions: FindOwnSessions;
  @Inject(RevokeSession) private readonly revokeSession: RevokeSession;
  @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork;

  @Get()
  @Endpoint({
    operationId: 'auth_sessions_list',
    summary: 'Own sessions',
    description: 'Those that are alive, in all tenants, the last used first.',
    permission: SIGNED_IN,
    data: [SessionDto],
  })
  async list(@ActorCtx() ctx: RequestContext): Promise<SessionDto[]> {
    const { actor, sessionId } = personIn(ctx);
    const sessions = await this.unitOfWork.read(ctx, (tx) => this.findOwnSessions.list(tx, actor.id));
    return sessions.map((session) => SessionDto.from(session, sessionId));
  }

  @Delete(':id')
  @Endpoint({ operationId: 'auth_sessions_destroy', summary: 'End an own session', permission: SIGNED_IN, status: 204 })
  async remove(@ActorCtx() ctx: RequestContext, @Param('id', IdPipe) id: string): Promise<void> {
    await writeIn(this.unitOfWork, personIn(ctx), (tx) => this.revokeSession.execute(tx, { id }));
  }
}
