import type { NameSearch } from './name.policy.js';

/**
 * SQL for the ids of merchants whose name has a search in it; `put` takes a parameter and answers its place. Only the rows of the gram that the fewest names have are looked through; how many that are is
 * counted no further than is needed to choose. Of one or two letters the gram itself says that a word begins so.
 */
export function merchantsNamed({ plain, grams }: NameSearch, put: (value: unknown) => string): string {
  const text = `${put(plain)}::text`;
  return `select distinct g.merchant_id from merchant_gram g
    where g.tenant_id = $1 and g.source = 'name' and (length(${text}) < 3 or strpos(g.value, ${text}) > 0) and g.gram = (
      select asked.gram from unnest(${put(grams)}::text[]) as asked(gram)
      cross join lateral (select count(*) as held from (
        select 1 from merchant_gram h where h.tenant_id = $1 and h.source = 'name' and h.gram = asked.gram limit 500) few) counted
      order by counted.held, asked.gram limit 1)`;
}
