import { DomainError } from '@tallystick/kernel';
import { defineEvent } from '@tallystick/platform';
import { checkEventTypes } from './event-selection.policy.js';
import { newWebhookSecret } from './webhook-secret.policy.js';

describe('a signing secret', () => {
  it('has the form of Standard Webhooks and is new every time', () => {
    const secrets = Array.from({ length: 50 }, newWebhookSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
      expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    }
  });
});

describe('the choice of events (WHK-10)', () => {
  defineEvent({ name: 'test.happened', summary: 'A test happened', schema: { type: 'object' } });
  const refusal = (eventTypes: string[]): string[] => {
    try {
      checkEventTypes(eventTypes);
      return [];
    } catch (error) {
      return (error as DomainError).details.errors!.event_types as string[];
    }
  };

  it('is every event, a family of events, or known ones', () =>
    expect([refusal(['*']), refusal(['test.*']), refusal(['test.happened'])]).toEqual([[], [], []]));
  it('is told which names are wrong', () => {
    expect(refusal(['test.happened', 'test.hapened'])).toEqual([
      expect.stringMatching(/Unknown event type "test.hapened".*test\.happened/),
    ]);
    expect(refusal(['test.hap*', 'tea.*'])).toHaveLength(2);
    expect(refusal(['*', 'test.happened'])).toEqual([expect.stringMatching(/alone/)]);
  });
});
