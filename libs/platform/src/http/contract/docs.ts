import { SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppName } from '../../ground.js';
import { readBuildInfo } from '../../health/build-info.js';
import { buildDocument } from './document.js';

/** Where an API shows its own documentation; the document itself is at this path with `-json`. */
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
  SwaggerModule.setup(DOCS_PATH, nest, () => buildDocument(nest, app, readBuildInfo().version), {
    raw: ['json'],
    customSiteTitle: 'Tallystick API',
    swaggerOptions: { displayOperationId: true, filter: true, validatorUrl: null },
  });
}
