import { DecideInstitution } from './decide-institution.operation.js';
import { FindInstitution } from './find-institution.query.js';
import { InstitutionRequests } from './institution-requests.query.js';
import { RequestInstitution } from './request-institution.operation.js';
import { SetRefreshRate } from './set-refresh-rate.operation.js';

/** What there is about tenants as financial institutions, for the module. */
export const INSTITUTION_OPERATIONS = [DecideInstitution, FindInstitution, InstitutionRequests, RequestInstitution, SetRefreshRate];
