import type { RequestContext } from '@tallystick/kernel';
import { PermissionDenied } from '@tallystick/platform';

/** A person's context, with the session that asks. */
export type PersonContext = RequestContext & { readonly sessionId: string };

/** The context of a person. Throws `permission_denied` for API clients, which have no profile, session or account. */
export function personIn(ctx: RequestContext): PersonContext {
  if (ctx.actor.type !== 'user' || ctx.sessionId === undefined)
    throw PermissionDenied.with({ message: 'This is for people, not for API clients' });
  return ctx as PersonContext;
}
