import { exampleOfEvent, FreeForm, Text, type EventDefinition } from '@tallystick/platform';

/** An event that endpoints may be told of. */
export class WebhookEventTypeDto {
  @Text({ max: 100, description: 'What endpoints choose, and the `type` of what is posted.', example: 'points.earned' })
  name: string;

  @Text({ max: 500, example: 'A member earned points, by a purchase or as stated.' })
  summary: string;

  @FreeForm({ description: 'JSON Schema (2020-12) of `data`.', example: { type: 'object', required: ['id'] } })
  schema: object;

  @FreeForm({ description: 'What `data` may hold.', example: { id: '0197a5c2-7b1e-7c3a-9d52-4f0e8a6b1c2d' } })
  example: object;

  static from(event: EventDefinition): WebhookEventTypeDto {
    return { name: event.name, summary: event.summary, schema: event.schema, example: exampleOfEvent(event) };
  }
}
