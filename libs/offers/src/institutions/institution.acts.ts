import { defineAct } from '@tallystick/platform';

export const InstitutionRequested = defineAct({
  name: 'institution.requested',
  description: 'A tenant asked to be a financial institution',
});
export const InstitutionChanged = defineAct({
  name: 'institution.changed',
  description: 'A tenant changed what is known of it as an institution',
});
export const InstitutionApproved = defineAct({
  name: 'institution.approved',
  description: 'The platform approved a tenant as an institution',
});
export const InstitutionRejected = defineAct({
  name: 'institution.rejected',
  description: 'The platform refused a tenant as an institution',
});
