import { Controller } from '@nestjs/common';
import { ClaimsEndpoints } from '@tallystick/offers';

@Controller('api/v1/claims')
export class ClaimsController extends ClaimsEndpoints {}
