import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RedemptionEndpoints } from './redemption.endpoints.js';

@ApiTags('Redemption')
@Controller('v1')
export class LoyalifeRedemptionController extends RedemptionEndpoints {}

@ApiTags('Redemption')
@Controller('lbms-ingress/pg-lm/API/PG')
export class LoyalifeVendorRedemptionController extends RedemptionEndpoints {}
