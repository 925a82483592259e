import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TokenEndpoints } from './token.endpoints.js';

@ApiTags('Authentication')
@Controller('oauth/Auth')
export class LoyalifeTokenController extends TokenEndpoints {}

@ApiTags('Authentication')
@Controller('lbms-ingress/oauth/api/Auth')
export class LoyalifeVendorTokenController extends TokenEndpoints {}
