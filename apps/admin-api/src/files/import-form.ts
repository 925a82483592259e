/** The text fields beside a file of merchants, venues or offers. */
export const IMPORT_FIELDS = {
  dry_run: {
    type: 'string',
    enum: ['true', 'false'],
    description: 'A trial run: each row gets its verdict and nothing counts. Rows that build on each other may get another verdict then.',
  },
};

export const IMPORT_TEXT =
  'CSV in UTF-8 whose first line names the columns. The worker registers what is new by its reference and changes what is known; a row that ' +
  'changes nothing is a duplicate. `GET /files/{id}` tells how far it is, `/files/{id}/result` what became of each row, and ' +
  '`/files/{id}/rejected` gives the rejected rows with line, column, code and reason: corrected, they can be sent again as they are.';
