import { Injectable, type PipeTransform } from '@nestjs/common';
import { OutgoingSftp, SftpFailure, ValidationFailed } from '@tallystick/platform';

/**
 * For a body with a `host` that we are asked to sign in to: refuses one that we would not call, before any transaction, since it may ask
 * the name service (SSRF-01). Throws `validation_error`.
 */
@Injectable()
export class DialableHostPipe<Body extends { host?: string; port?: number }> implements PipeTransform<Body, Promise<Body>> {
  constructor(private readonly sftp: OutgoingSftp) {}

  async transform(body: Body): Promise<Body> {
    try {
      if (body.host !== undefined || body.port !== undefined) await this.sftp.assertDialable(body);
    } catch (error) {
      if (!(error instanceof SftpFailure)) throw error;
      throw ValidationFailed.with({ errors: { [/port/.test(error.message) ? 'port' : 'host']: [error.message] } });
    }
    return body;
  }
}
