import { Controller } from '@nestjs/common';
import { VerificationEndpoints } from '@tallystick/offers';

@Controller('api/v1/conciliation/verification')
export class VerificationController extends VerificationEndpoints {}
