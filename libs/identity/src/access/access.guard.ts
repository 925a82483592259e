import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { DomainError, requestContext, type RequestContext } from '@tallystick/kernel';
import { accessOf, AUTHENTICATED, originOf, OWN_MEMBER, PermissionDenied, SIGNED_IN, type Access } from '@tallystick/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessClaims } from './access-claims.policy.js';
import { ACCESS_TOKEN } from './access-token.strategy.js';
import { AuthenticationFailed, MfaSetupRequired, NotAuthenticated, TokenExpired } from '../identity.errors.js';
import { ClientGate } from '../clients/client-gate.js';
import type { Permission } from '../permissions.js';
import { CookieSessions } from '../sessions/cookie-sessions.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import type { Standing } from './standing.query.js';
import { Standings } from './standings.js';

/** By their names: these come from a library of passport-jwt's own. */
const TOKEN_PROBLEMS: ReadonlySet<string> = new Set(['JsonWebTokenError', 'NotBeforeError', 'TokenExpiredError']);

/** Methods that change nothing. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

declare module 'fastify' {
  interface FastifyRequest {
    /** The one member whom the caller's token is good for; undefined where it is good for all that the caller may. */
    boundMemberId?: string;
  }
}

type SignedInRequest = FastifyRequest & { user: AccessClaims };

/**
 * Lets a request pass to its route. A route names a permission or says that it is public; one that does neither lets nobody in.
 * The tenant is that of the credential, whatever a header or body says (C10.4). Revocations, suspensions and lost roles act at once, for
 * the standing of the actor is asked beside the token.
 */
@Injectable()
export class AccessGuard extends AuthGuard(ACCESS_TOKEN) implements CanActivate {
  constructor(
    private readonly standings: Standings,
    private readonly cookies: SessionCookies,
    private readonly cookieSessions: CookieSessions,
    private readonly clientGate: ClientGate,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const access = wantedOf(accessOf(context.getHandler(), context.getClass()), request);
    if (access && 'public' in access) return true;
    if (request.headers.authorization !== undefined) await super.canActivate(context);
    else request.user = await this.readCookie(request);
    const standing = await this.standings.of(request.user);
    if (!standing) throw AuthenticationFailed.with();
    refuseElsewhere(request);
    if (standing.client) await this.clientGate.check(request, request.user, standing.actorId, standing.client);
    if (!standing.tenantActive) throw PermissionDenied.with({ message: 'This tenant is suspended' });
    if (standing.mfaMissing && !access?.beforeMfa) throw MfaSetupRequired.with();
    if (!access || (request.user.actorType === 'member' && !access.forMembers) || !isPermitted(access.permission, request.user, standing)) {
      throw denied(access?.permission, context.switchToHttp().getResponse<FastifyReply>());
    }
    request.tallyContext = contextOf(request, standing);
    request.boundMemberId = request.user.binding?.memberId;
    request.tallyPermits = (permission) => isPermitted(permission, request.user, standing);
    return true;
  }

  /** Says in our words why passport let nobody in; a database that is away stays that. */
  override handleRequest<User>(error: unknown, user: User | false, reason: unknown): User {
    if (user) return user;
    throw error ?? refusalFor(reason);
  }

  /** Whose cookie a request without a bearer token carries; a token goes before it, and needs no proof of the page (AUT-10). */
  private async readCookie(request: FastifyRequest): Promise<AccessClaims> {
    const secret = this.cookies.sessionOf(request);
    if (secret === undefined) throw NotAuthenticated.with();
    const session = await this.cookieSessions.find(secret);
    if (!session) throw AuthenticationFailed.with();
    if (!READING.has(request.method)) this.cookies.refuseForged(request);
    const { sessionId, userId, tenantId } = session;
    return { actorType: 'user', subject: userId, tenantId, sessionId, tokenId: sessionId };
  }
}

/** On a public route who shows a token is checked for what the route says of them; a cookie, which goes along unasked, is no sign. */
function wantedOf(access: Access | undefined, { headers }: FastifyRequest): Access | undefined {
  const isKnown = access && 'public' in access && access.known !== undefined && headers.authorization !== undefined;
  return isKnown ? { permission: access.known } : access;
}

/** What passport gives as its reason: none, a problem of the token, or whatever happened while its key was looked for. */
function refusalFor(reason: unknown): unknown {
  const { name, message } = (reason ?? { name: 'JsonWebTokenError' }) as Error;
  if (name === 'TokenExpiredError') return TokenExpired.with();
  return TOKEN_PROBLEMS.has(name) || message === 'No auth token' ? AuthenticationFailed.with() : reason;
}

/** Both must allow it: the scopes of a client's token and what the client may at this moment; of a person the roles alone decide. */
function isPermitted(permission: string, claims: AccessClaims, standing: Standing): boolean {
  if (permission === AUTHENTICATED) return true;
  if (permission === SIGNED_IN) return claims.actorType === 'user';
  if (permission === OWN_MEMBER) return claims.actorType === 'member';
  return [standing.permissions, claims.permissions].every((allowed) => !allowed || allowed.has(permission as Permission));
}

/** A token that a dialect gave is good on the paths of that dialect alone: what binds it to a member is looked at there. */
function refuseElsewhere({ user: { binding }, dialectPlace }: SignedInRequest): void {
  if (binding && binding.dialect !== dialectPlace?.dialect.name) throw AuthenticationFailed.with();
}

function denied(permission: string | undefined, reply: FastifyReply): DomainError {
  if (!permission) return PermissionDenied.with();
  if (permission === SIGNED_IN) return PermissionDenied.with({ message: 'This is for people, not for API clients' });
  if (permission === OWN_MEMBER) return PermissionDenied.with({ message: 'This is for members themselves' });
  void reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${permission}"`);
  return PermissionDenied.with({ message: `This needs the permission ${permission}`, errors: { permission: [permission] } });
}

/** People of the platform have no tenant; they have no permission on tenant data either, so no route that works on it sees them. */
const contextOf = (request: SignedInRequest, { actorId, clockOffsetMs, sandbox }: Standing): RequestContext =>
  requestContext({
    tenantId: request.user.tenantId,
    actor: { type: request.user.actorType, id: actorId },
    requestId: request.id,
    clockOffsetMs,
    ...(sandbox && { sandbox }),
    ...(request.user.sessionId !== undefined && { sessionId: request.user.sessionId }),
    origin: originOf(request),
  });
