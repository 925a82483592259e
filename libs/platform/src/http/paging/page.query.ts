import { WithMeta } from '../answer.js';
import { QueryInteger } from '../contract/query-fields.js';

/** Items that a page may have. */
export const LARGEST_PAGE = 100;
const USUAL_PAGE = 20;

/** Query of a list by numbered pages. Extend it with the list's own filters, `@Ordering` and `@Search`. */
export class PageQuery {
  @QueryInteger({ min: 1, max: 1_000_000, description: 'Number of the page, from 1.', example: 1 })
  page?: number;

  @QueryInteger({ min: 1, max: LARGEST_PAGE, description: `Items on a page; ${USUAL_PAGE} when left out.`, example: USUAL_PAGE })
  page_size?: number;
}

/** Where a page begins and how many rows it has. */
export const pageWindow = ({ page = 1, page_size = USUAL_PAGE }: PageQuery): { limit: number; offset: number } => ({
  limit: page_size,
  offset: (page - 1) * page_size,
});

/** A page with the counts of A.1.2 in `meta.pagination`; `total` is the number of rows that the filters leave. */
export function pageOf<T>(items: T[], { page = 1, page_size = USUAL_PAGE }: PageQuery, total: number): WithMeta<T[]> {
  const total_pages = Math.ceil(total / page_size);
  return new WithMeta(items, {
    pagination: { page, page_size, total, total_pages, has_next: page < total_pages, has_previous: page > 1 && total > 0 },
  });
}

/** How many items a page of this query has. */
export const pageSizeOf = ({ page_size = USUAL_PAGE }: { page_size?: number }): number => page_size;
