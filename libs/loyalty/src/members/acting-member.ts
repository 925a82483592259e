import type { RequestContext } from '@tallystick/kernel';
import { NotFound, PermissionDenied } from '@tallystick/platform';

/** The member who acts for themselves; undefined when somebody else acts. */
export const actingMember = ({ actor }: RequestContext): string | undefined => (actor.type === 'member' ? actor.id : undefined);

/** The member who acts. Throws `permission_denied` for anybody else. */
export function requireActingMember(ctx: RequestContext): string {
  const id = actingMember(ctx);
  if (id === undefined) throw PermissionDenied.with({ message: 'This is for members themselves' });
  return id;
}

/**
 * The member whose data a question is about: for a member always their own. Throws `not_found` when a member asks about somebody else, who
 * is then as good as not there.
 */
export function ownMember(ctx: RequestContext, asked?: string): string | undefined {
  const own = actingMember(ctx);
  if (own !== undefined && asked !== undefined && asked.toLowerCase() !== own) throw NotFound.with();
  return own ?? asked;
}
