import { ProgramIdField, type ProgramName } from './loyalife.fields.js';

/** The program of a call that names it in the query. */
export class LoyalifeProgramQuery {
  @ProgramIdField() pintProgramId?: ProgramName;
}
