import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { TenantContext } from '@tallystick/kernel';
import {
  Ctx,
  Endpoint,
  Idempotency,
  UnitOfWork,
  UploadedFile,
  Writes,
  type SealedAnswer,
  type Upload,
  type WriteRequest,
} from '@tallystick/platform';
import {
  BrandingDto,
  FindBranding,
  IMAGE_BYTES,
  LARGEST_SIDE,
  SaveBranding,
  SaveBrandingDto,
  SetBrandImage,
  type BrandImage,
} from '@tallystick/tenancy';

const IMAGE = (side: number): string =>
  `A PNG, JPEG or WebP image of at most ${side} pixels on a side, whatever its name says. It is served to anybody who knows its address.`;

@ApiTags('Tenant')
@Controller('api/v1/tenant/branding')
export class BrandingController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly findBranding: FindBranding,
    private readonly saveBranding: SaveBranding,
    private readonly setBrandImage: SetBrandImage,
  ) {}

  @Get()
  @Endpoint({ operationId: 'tenant_branding_retrieve', summary: 'Branding of the tenant', permission: 'branding:read', data: BrandingDto })
  async get(@Ctx() ctx: TenantContext): Promise<BrandingDto> {
    return BrandingDto.from(await this.unitOfWork.read(ctx, (tx) => this.findBranding.find(tx)));
  }

  @Post()
  @Endpoint({
    operationId: 'tenant_branding_create',
    summary: 'Change the branding of the tenant',
    description: 'What is left out stays as it is, null takes away.',
    permission: 'branding:write',
    data: BrandingDto,
    bodyExample: { primary_color: '#0A5C36', support_email: 'help@bank.example' },
  })
  save(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @Body() body: SaveBrandingDto): Promise<SealedAnswer> {
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: BrandingDto.from(await this.saveBranding.execute(tx, SaveBrandingDto.toBranding(body))),
    }));
  }

  @Post('logo')
  @Endpoint({
    operationId: 'tenant_branding_logo_create',
    summary: 'Upload the logo',
    description: IMAGE(LARGEST_SIDE.logo),
    permission: 'branding:write',
    upload: { maxBytes: IMAGE_BYTES },
    data: BrandingDto,
  })
  logo(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @UploadedFile() upload: Upload): Promise<SealedAnswer> {
    return this.take('logo', ctx, request, upload);
  }

  @Post('favicon')
  @Endpoint({
    operationId: 'tenant_branding_favicon_create',
    summary: 'Upload the favicon',
    description: IMAGE(LARGEST_SIDE.favicon),
    permission: 'branding:write',
    upload: { maxBytes: IMAGE_BYTES },
    data: BrandingDto,
  })
  favicon(@Ctx() ctx: TenantContext, @Idempotency() request: WriteRequest, @UploadedFile() upload: Upload): Promise<SealedAnswer> {
    return this.take('favicon', ctx, request, upload);
  }

  private take(image: BrandImage, ctx: TenantContext, request: WriteRequest, upload: Upload): Promise<SealedAnswer> {
    // A form has a boundary that differs each time: what makes two uploads the same is the file.
    return this.writes.run(ctx, { ...request, body: { file: upload.sha256 } }, async (tx) => ({
      status: 200,
      data: BrandingDto.from(await this.setBrandImage.execute(tx, image, upload)),
    }));
  }
}
