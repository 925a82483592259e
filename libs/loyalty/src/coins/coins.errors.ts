import { defineError } from '@tallystick/kernel';

export const CoinEventNotConfigured = defineError({
  code: 'coin_event_not_configured',
  kind: 'missing',
  message: 'Coin event not configured',
  advice: 'Configure the event for all companies or for this one, then allocate again.',
});
