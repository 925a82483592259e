import { Injectable, type PipeTransform } from '@nestjs/common';
import { OutgoingHttp, RefusedAddress, ValidationFailed } from '@tallystick/platform';

/** Refuses a `callback` that we would not call, before any transaction, since it may ask the name service (SSRF-01). */
@Injectable()
export class CallablePipe<Body extends { callback: string }> implements PipeTransform<Body, Promise<Body>> {
  constructor(private readonly outgoing: OutgoingHttp) {}

  async transform(body: Body): Promise<Body> {
    try {
      await this.outgoing.assertCallable(body.callback);
    } catch (error) {
      throw error instanceof RefusedAddress ? ValidationFailed.with({ errors: { callback: [error.message] } }) : error;
    }
    return body;
  }
}
