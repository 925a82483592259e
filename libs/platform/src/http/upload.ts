import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@tallystick/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ParseFailed, PayloadTooLarge, UnsupportedMediaType, ValidationFailed } from '../platform.errors.js';
import type { RouteSettings, UploadSettings } from './route-settings.js';

/** A file that was sent. Its declared name and type are the caller's word and left out: whoever takes it looks at the bytes. */
export interface Upload {
  readonly bytes: Buffer;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The field that holds the file. */
const FIELD = 'file';
/** What a form needs around its file. */
const FORM_BYTES = 4_096;

/** Reads `multipart/form-data` on the routes that declare an upload, and refuses it everywhere else before it is read (AUT-10). */
export function readUploads(instance: FastifyInstance): void {
  void instance.register(multipart, { limits: { files: 1, fields: 10, parts: 11, fieldSize: 1_000, headerPairs: 20 } });
  instance.addHook('preParsing', (request, _reply, payload, done) => {
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    if (hasBody && isForm(request) && !settingsOf(request)) return done(UnsupportedMediaType.with());
    done(null, payload);
  });
}

/** Parameter: the one file of the request, whole and within the limit of the route's `upload`. */
export const UploadedFile = createParamDecorator((_: unknown, host: ExecutionContext): Promise<Upload> =>
  readUpload(host.switchToHttp().getRequest<FastifyRequest>()),
);

/** A file that is taken as it comes, with the text fields of its form. */
export interface UploadStream {
  /** Hands the file to `take` while it comes in; answers what `take` made of it, the name it was sent under, and the form's fields. */
  receive<T>(take: (file: Readable) => Promise<T>): Promise<{ taken: T; fileName: string; fields: Readonly<Record<string, string>> }>;
}

/** Parameter: the one file of the request, for what is too large to be held in memory; within the limit of the route's `upload`. */
export const UploadedStream = createParamDecorator((_: unknown, host: ExecutionContext): UploadStream => {
  const request = host.switchToHttp().getRequest<FastifyRequest>();
  return { receive: (take) => receiveUpload(request, take) };
});

async function receiveUpload<T>(
  request: FastifyRequest,
  take: (file: Readable) => Promise<T>,
): Promise<{ taken: T; fileName: string; fields: Readonly<Record<string, string>> }> {
  const { maxBytes, fields: known = {}, required = [] } = acceptable(request);
  const [fields, errors]: [Record<string, string>, Record<string, string[]>] = [{}, {}];
  let found: { taken: T; fileName: string } | undefined;
  try {
    for await (const part of request.parts({ limits: { fileSize: maxBytes } })) {
      if (part.type === 'file') {
        if (part.fieldname !== FIELD)
          throw ValidationFailed.with({ errors: { [part.fieldname.slice(0, 100)]: ['This field is not known here.'] } });
        found = { taken: await take(part.file), fileName: part.filename };
        if (part.file.truncated) throw tooLarge(maxBytes);
      } else if (Object.hasOwn(known, part.fieldname) && typeof part.value === 'string' && !part.valueTruncated)
        fields[part.fieldname] = part.value;
      else errors[part.fieldname.slice(0, 100)] = [part.fieldname === FIELD ? 'Must be a file.' : 'This field is not known here.'];
    }
  } catch (error) {
    throw asUploadRefusal(error, maxBytes);
  }
  for (const name of required) if (!fields[name]) errors[name] = ['This field is required.'];
  if (!found) errors[FIELD] ??= ['This field is required.'];
  if (!found || Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  return { ...found, fields };
}

/** The upload settings of the route, when what comes is a form of at most their size. */
function acceptable(request: FastifyRequest): UploadSettings {
  const settings = settingsOf(request);
  if (!settings) throw new Error('this route asks for an upload and declares none');
  if (!isForm(request)) throw UnsupportedMediaType.with({ message: 'Send the file as multipart/form-data' });
  if (Number(request.headers['content-length'] ?? 0) > settings.maxBytes + FORM_BYTES) throw tooLarge(settings.maxBytes);
  return settings;
}

async function readUpload(request: FastifyRequest): Promise<Upload> {
  const { maxBytes } = acceptable(request);
  try {
    return await onlyFile(request, maxBytes);
  } catch (error) {
    throw asUploadRefusal(error, maxBytes);
  }
}

async function onlyFile(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  const strangers: [string, string[]][] = [];
  let bytes: Buffer | undefined;
  for await (const part of request.parts({ limits: { fileSize: maxBytes } })) {
    const content = part.type === 'file' ? await part.toBuffer() : undefined;
    if (part.fieldname === FIELD && content) bytes = content;
    else strangers.push([part.fieldname.slice(0, 100), [part.fieldname === FIELD ? 'Must be a file.' : 'This field is not known here.']]);
  }
  if (strangers.length > 0) throw ValidationFailed.with({ errors: Object.fromEntries(strangers) });
  if (!bytes || bytes.length === 0) throw ValidationFailed.with({ errors: { [FIELD]: ['This field is required.'] } });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The parser's own errors are about what was sent: too much of it, or no form at all. A disk that is full is our own fault. */
const asUploadRefusal = (error: unknown, maxBytes: number): Error => {
  if (error instanceof DomainError || typeof (error as NodeJS.ErrnoException).errno === 'number') return error as Error;
  return (error as { statusCode?: number }).statusCode === 413
    ? tooLarge(maxBytes)
    : ParseFailed.with({ message: 'The form could not be read' });
};

const tooLarge = (maxBytes: number): Error => PayloadTooLarge.with({ message: `The file may have at most ${maxBytes} bytes` });

const isForm = ({ headers }: FastifyRequest): boolean => /^multipart\//i.test(headers['content-type'] ?? '');

const settingsOf = ({ routeOptions }: FastifyRequest): UploadSettings | undefined =>
  (routeOptions?.config as RouteSettings | undefined)?.upload;
