import { defineError } from '@tallystick/kernel';

export const NetworkNotAllowed = defineError({
  code: 'network_not_allowed',
  kind: 'forbidden',
  message: 'This is not allowed from this network',
  advice: "Call from a network that is approved for the tenant and the key; ask for approval on the tenant's network allowlist.",
});
export const AllowlistFull = defineError({
  code: 'network_allowlist_full',
  kind: 'conflict',
  message: 'A tenant has at most 100 networks on its list',
  advice: 'Remove networks that are no longer needed, or ask for one that covers several.',
});
