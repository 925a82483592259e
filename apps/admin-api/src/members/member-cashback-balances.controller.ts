import { Controller } from '@nestjs/common';
import { CashbackBalancesEndpoints } from '@tallystick/offers';

@Controller('api/v1/members/:id/cashback-balances')
export class MemberCashbackBalancesController extends CashbackBalancesEndpoints {}
