import { SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppName } from '../../ground.js';
import { readBuildInfo } from '../../health/build-info.js';
import { dialectsOf } from '../dialects/dialect.js';
import { buildDocument } from './document.js';

/** Where an API shows its own documentation, and below it each dialect's; the document itself is at the path with `-json`. */
export const DOCS_PATH = '/api/docs';

/** Scripts of our own only, no frames; the page sets a few styles in place (OAS-06, AUT-13). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves Swagger UI from its package, so that it works without a network; the document is made on the first look at it. */
export function serveDocs(nest: NestFastifyApplication, app: AppName): void {
  nest
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (request.url.startsWith(DOCS_PATH)) reply.header('content-security-policy', POLICY);
      done();
    });
  for (const dialect of [undefined, ...dialectsOf(app)]) {
    const path = dialect ? `${DOCS_PATH}/${dialect.name}` : DOCS_PATH;
    SwaggerModule.setup(path, nest, () => buildDocument(nest, app, readBuildInfo().version, dialect), {
      raw: ['json'],
      customSiteTitle: dialect?.title ?? 'Tallystick API',
      swaggerOptions: { displayOperationId: true, filter: true, validatorUrl: null },
    });
  }
}
