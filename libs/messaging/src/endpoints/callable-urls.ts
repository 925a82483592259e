import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { OutgoingHttp, RefusedAddress, ValidationFailed } from '@tallystick/platform';

/** Judges addresses that a tenant asks us to call, before any transaction, since it may ask the name service (SSRF-01). */
@Injectable()
export class CallableUrls {
  constructor(private readonly outgoing: OutgoingHttp) {}

  /** Throws `validation_error`, naming `field`, for an address that we would not call for this tenant; one that was left out passes. */
  async check(ctx: TenantContext, field: string, url: string | undefined): Promise<void> {
    try {
      if (url !== undefined) await this.outgoing.assertCallable(ctx, url);
    } catch (error) {
      throw error instanceof RefusedAddress ? ValidationFailed.with({ errors: { [field]: [error.message] } }) : error;
    }
  }
}
