import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint, WithMeta } from '@tallystick/platform';
import { answerOf } from '../reworth.envelope.js';

const MESSAGE = "These are not the droids you're looking for...";
const PONG = answerOf(
  { type: 'object', maxProperties: 0, additionalProperties: false },
  {
    before: { message: { type: 'string', const: MESSAGE } },
  },
);
const pong = (): WithMeta<object> => new WithMeta({}, { before: { message: MESSAGE } });

@ApiTags('Health')
@Controller('reworth/v1')
export class ReworthPingController {
  @Get()
  @Endpoint({ operationId: 'reworth_root_retrieve', summary: 'Ping check, at the root', public: true, answer: PONG })
  root(): WithMeta<object> {
    return pong();
  }

  @Get('ping')
  @Endpoint({
    operationId: 'reworth_ping_retrieve',
    summary: 'Ping check',
    description: 'Tells that the API is there, without a look at the database.',
    public: true,
    answer: PONG,
  })
  ping(): WithMeta<object> {
    return pong();
  }
}
