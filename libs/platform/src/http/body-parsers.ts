import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ParseFailed, UnsupportedMediaType } from '../platform.errors.js';
import { isBrokenText, parseJsonBody } from './json-body.js';
import type { RouteSettings } from './route-settings.js';

type Done = (error: Error | null, body?: unknown) => void;

/** The body types we read: JSON everywhere, forms on the routes that ask for them, nothing else (AUT-10). */
export function readBodies(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    settling((_, bytes) => parseJsonBody(bytes)),
  );
  instance.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, settling(parseForm));
}

const settling =
  (parse: (request: FastifyRequest, bytes: Buffer) => unknown) =>
  (request: FastifyRequest, bytes: Buffer, done: Done): void => {
    let body: unknown;
    try {
      body = parse(request, bytes);
    } catch (error) {
      return done(error as Error);
    }
    done(null, body);
  };

/** A name that is given twice becomes a list, which no field of a form accepts. */
function parseForm(request: FastifyRequest, bytes: Buffer): unknown {
  if (!(request.routeOptions.config as RouteSettings).form) throw UnsupportedMediaType.with();
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes) || isBrokenText(text)) throw ParseFailed.with();
  const form: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === '__proto__' || isBrokenText(name + value)) throw ParseFailed.with();
    const before = form[name];
    form[name] = before === undefined ? value : [before, value].flat();
  }
  return form;
}
