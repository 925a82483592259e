import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BRAND_FILES_PATH, BrandFileEndpoints } from '@tallystick/tenancy';

@ApiTags('Tenant')
@Controller(BRAND_FILES_PATH)
export class BrandFilesController extends BrandFileEndpoints {}
