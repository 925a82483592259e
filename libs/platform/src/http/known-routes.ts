import type { FastifyInstance } from 'fastify';

/** A route as the router knows it. */
export interface KnownRoute {
  readonly method: string;
  /** The path with `:name` for parameters. */
  readonly url: string;
}

/** Every route of an app, listed as it is added: the inventory, and the answer to which methods a path has (405). */
export class KnownRoutes {
  readonly all: KnownRoute[] = [];

  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) this.all.push({ method: name, url });
    });
  }

  /** The methods that the path of `url` answers; none when the path is unknown. */
  methodsOf(url: string): string[] {
    const [path = ''] = url.split('?');
    const methods = this.all.filter((route) => patternOf(route.url).test(path)).map((route) => route.method);
    return [...new Set(methods)].sort();
  }
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z_]+/g, '[^/]+')
      .replace(/\*/g, '.*')}$`,
  );
