import { Injectable, type PipeTransform } from '@nestjs/common';
import { OutgoingHttp, RefusedAddress, ValidationFailed } from '@tallystick/platform';

/**
 * For a body with a `url` that we are asked to call: refuses one that we would not call, before any transaction, since it may ask the name
 * service (SSRF-01). Throws `validation_error`.
 */
@Injectable()
export class CallableUrlPipe<Body extends { url?: string }> implements PipeTransform<Body, Promise<Body>> {
  constructor(private readonly outgoing: OutgoingHttp) {}

  async transform(body: Body): Promise<Body> {
    try {
      if (body.url !== undefined) await this.outgoing.assertCallable(body.url);
    } catch (error) {
      throw error instanceof RefusedAddress ? ValidationFailed.with({ errors: { url: [error.message] } }) : error;
    }
    return body;
  }
}
