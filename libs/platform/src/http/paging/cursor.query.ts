import { Text } from '../contract/fields.js';
import { QueryInteger } from '../contract/query-fields.js';
import { PageQuery } from './page.query.js';

/** Query of a list that is walked by cursor: stable while rows come and go (LST-01), as fast at the end as at the beginning (LST-03). */
export class CursorQuery {
  @Text({ optional: true, max: 1_024, description: 'Where to go on: `next_cursor` of the page before.' })
  cursor?: string;

  @QueryInteger({ min: 1, max: 100, description: 'Items on a page; 20 when left out.', example: 20 })
  page_size?: number;
}

/** Query of a list that takes numbered pages or a cursor, never both (LST-02): `Cursors.read` refuses the two together. */
export class PageOrCursorQuery extends PageQuery {
  @Text({
    optional: true,
    max: 1_024,
    description: 'Where to go on: `next_cursor` of the page before, however long the list. Not together with `page`.',
  })
  cursor?: string;
}
