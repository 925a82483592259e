import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
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

/** Every route of an app, in the order of path and method. `folder` holds the built or plain sources of all apps. */
export async function routesOf(nest: INestApplication, app: AppName, folder: string): Promise<Route[]> {
  const files = await controllerFiles(path.join(folder, app, 'src'), `apps/${app}/src`);
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

async function controllerFiles(folder: string, shown: string): Promise<Map<Type, string>> {
  const files = new Map<Type, string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.controller\.[jt]s$/.test(entry)) continue;
    const exported = (await import(pathToFileURL(path.resolve(folder, entry)).href)) as Record<string, unknown>;
    for (const value of Object.values(exported)) if (typeof value === 'function') files.set(value as Type, `${shown}/${entry.replace(/\.js$/, '.ts')}`);
  }
  return files;
}
