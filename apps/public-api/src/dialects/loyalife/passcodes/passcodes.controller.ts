import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PasscodesEndpoints } from './passcodes.endpoints.js';

@ApiTags('Member authentication')
@Controller('v1')
export class LoyalifePasscodesController extends PasscodesEndpoints {}

@ApiTags('Member authentication')
@Controller('lbms-ingress/member/api/Member')
export class LoyalifeVendorPasscodesController extends PasscodesEndpoints {}
