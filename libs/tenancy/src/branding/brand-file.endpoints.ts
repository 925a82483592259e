import { Get, Inject, Param, Res } from '@nestjs/common';
import { Endpoint, IMAGE_TYPES, NotFound } from '@tallystick/platform';
import type { FastifyReply } from 'fastify';
import { BrandFiles } from './brand-files.js';

/** Where uploaded images are served, the same on both APIs; each app's controller of that name extends it. */
export abstract class BrandFileEndpoints {
  @Inject(BrandFiles) private readonly files: BrandFiles;

  @Get(':tenant/:name')
  @Endpoint({
    operationId: 'brand_files_retrieve',
    summary: 'Image of a tenant',
    description: 'What an address shows never changes: the name is the hash of the bytes.',
    public: true,
    unenveloped: true,
    answer: { schema: { type: 'string', format: 'binary' }, type: Object.keys(IMAGE_TYPES) },
    errors: [NotFound],
    params: {
      tenant: { type: 'string', format: 'uuid' },
      name: { type: 'string', pattern: '^[0-9a-f]{64}\\.(png|jpg|webp)$' },
    },
  })
  async get(
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const image = await this.files.find(tenant, name);
    if (!image) throw NotFound.with();
    // Whoever opens the address itself gets a download of an image and nothing that runs, whatever the bytes hold.
    void reply.headers({
      'content-type': image.type,
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    return image.bytes;
  }
}
