import { readdirSync } from 'node:fs';
import path from 'node:path';
import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/internal';
import { accessOf, handlersOf, type AppName } from '@tallystick/platform';

/** A route, and where its code is. */
export interface Route {
  readonly app: AppName;
  readonly method: string;
  readonly path: string;
  /** The file of its controller, from the root of the repository. */
  readonly file: string;
  readonly handler: string;
  /** The permission it asks for; null when it is public. */
  readonly permission: string | null;
}

/** The sources of the apps: built ones, or plain ones where a test compiles them. */
export interface Sources {
  /** The folder that holds those of all apps. */
  readonly folder: string;
  /** Loads one by its absolute path. */
  readonly load: (file: string) => Promise<object>;
}

/** Every route of an app, in the order of path and method. */
export async function routesOf(nest: INestApplication, app: AppName, sources: Sources): Promise<Route[]> {
  const files = await controllerFiles(sources, app);
  return handlersOf(nest)
    .map(({ controller, method: handler, handle }) => {
      const access = accessOf(handle, controller);
      return {
        app,
        method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handle) as number]!,
        path: joined(Reflect.getMetadata(PATH_METADATA, controller) as string, Reflect.getMetadata(PATH_METADATA, handle) as string),
        file: files.get(controller) ?? `not in a controller file of apps/${app}/src: ${controller.name}`,
        handler: `${controller.name}.${handler}`,
        permission: access && 'permission' in access ? access.permission : null,
      };
    })
    .sort((a, b) => (a.path + a.method < b.path + b.method ? -1 : 1));
}

const joined = (...parts: string[]): string =>
  `/${parts.flatMap((part) => part.split('/')).filter(Boolean).join('/')}`.replace(/:([A-Za-z_]+)/g, '{$1}');

async function controllerFiles({ folder, load }: Sources, app: AppName): Promise<Map<Type, string>> {
  const files = new Map<Type, string>();
  const root = path.resolve(folder, app, 'src');
  for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.controller\.[jt]s$/.test(entry)) continue;
    const exported = Object.values(await load(path.join(root, entry))) as unknown[];
    for (const value of exported) if (typeof value === 'function') files.set(value as Type, `apps/${app}/src/${entry.replace(/\.js$/, '.ts')}`);
  }
  return files;
}
