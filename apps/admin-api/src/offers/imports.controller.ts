import { Controller, Post } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { LARGEST_FILE } from '@tallystick/loyalty';
import { Ctx, Endpoint, Idempotency, UploadedStream, type SealedAnswer, type UploadStream, type WriteRequest } from '@tallystick/platform';
import { FileIntake } from '../files/file-intake.js';
import { FileDto } from '../files/file.dto.js';
import { IMPORT_FIELDS, IMPORT_TEXT } from '../files/import-form.js';

@Controller('api/v1/offers/imports')
export class OfferImportsController {
  constructor(private readonly intake: FileIntake) {}

  @Post()
  @Endpoint({
    operationId: 'offers_imports_create',
    summary: 'Upload a file of offers',
    description: IMPORT_TEXT,
    permission: 'offers:write',
    status: 201,
    upload: { maxBytes: LARGEST_FILE, fields: IMPORT_FIELDS },
    data: FileDto,
  })
  create(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @UploadedStream() upload: UploadStream): Promise<SealedAnswer> {
    return this.intake.take(ctx, request, upload, (file) => FileDto.from(file), 'OFR');
  }
}
