import { defineError } from '@tallystick/kernel';

export const InstitutionNotApproved = defineError({
  code: 'institution_not_approved',
  kind: 'forbidden',
  message: 'This tenant is not approved as a financial institution',
  advice: 'Ask for it with `PUT /tenant/institution` on the admin API, and wait until the platform has approved it.',
});
