import { SetMetadata } from '@nestjs/common';

const ACCESS = 'tallystick:access';

/** Who besides may call a route that asks for a permission. */
export interface AlsoOpen {
  /** People while a second factor is required of them that they have not set up. */
  readonly beforeMfa?: boolean;
  /** Members who have the permission: the route shows and changes nothing but what is their own. */
  readonly forMembers?: boolean;
}

/** Who may call a route: anybody, or an actor that has the permission; `known` is what those need who show a token all the same. */
export type Access = { readonly public: true; readonly known?: string } | ({ readonly permission: string } & AlsoOpen);

/** The permission that every signed-in person has, whatever their role; API clients, which have no account, do not. */
export const SIGNED_IN = 'signed-in';

/** The permission that everybody has who shows a credential: people whatever their role, API clients whatever their scopes. */
export const AUTHENTICATED = 'authenticated';

/** The permission of members on what is their own, and of nobody else. */
export const OWN_MEMBER = 'own-member';

/** The permission of operators, who present the ops token; the worker's own port asks for it. */
export const OPS = 'ops';

/** The route is for actors with this permission, as `points:write`; a token needs the scope of that name. The guard of identity enforces it. */
export const RequirePermission = (permission: string, also: AlsoOpen = {}): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, { permission, ...also } satisfies Access);

/** The route answers without a credential; with `known`, who shows a token is checked as anywhere, for that permission. */
export const Public = (known?: string): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, { public: true, ...(known !== undefined && { known }) } satisfies Access);

/** What a route handler declares about access, its own word before its controller's; undefined stops the app from starting. */
export const accessOf = (handler: object, controller?: object): Access | undefined =>
  (Reflect.getMetadata(ACCESS, handler) ?? (controller && Reflect.getMetadata(ACCESS, controller))) as Access | undefined;
