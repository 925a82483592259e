import type { AdminApi, AdminCaller, Told } from './admin-api.js';

const BOUNDARY = 'test-boundary';

/** A part of a form: a file where it has a name. */
export interface FormPart {
  readonly field: string;
  readonly content: Buffer | string;
  readonly fileName?: string;
  readonly type?: string;
}

/** A form as browsers send it. */
export function formOf(...parts: FormPart[]): { payload: Buffer; headers: Record<string, string> } {
  const pieces = parts.flatMap(({ field, content, fileName, type = 'application/octet-stream' }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"${fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: ${type}`}\r\n\r\n`,
    ),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
  return {
    payload: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  };
}

/** Sends a file as a form with one field. */
export const upload = <Data>(
  caller: Pick<AdminCaller, 'call'>,
  path: string,
  bytes: Buffer,
  { fileName = 'logo.png', type = 'image/png', headers = {} }: { fileName?: string; type?: string; headers?: Record<string, string> } = {},
): Promise<Told<Data>> => {
  const form = formOf({ field: 'file', content: bytes, fileName, type });
  return caller.call<Data>('POST', path, form.payload, { ...form.headers, ...headers });
};

/** What anybody gets at an address of an uploaded image. */
export const download = async (api: Pick<AdminApi, 'app'>, url: string) => {
  const answer = await api.app.nest.inject({ method: 'GET', url: new URL(url).pathname });
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
};
