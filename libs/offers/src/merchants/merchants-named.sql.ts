/**
 * SQL for the ids of merchants whose name has a search in it, with the parameters of its plain text and its grams. Only the rows of the gram
 * that the fewest names have are looked through: how many that are is counted no further than is needed to choose. Of one or two letters the
 * gram itself says that a word begins so.
 */
export const merchantsNamed = (plain: number, grams: number): string => `
  select g.merchant_id from merchant_gram g where g.tenant_id = $1 and g.source = 'name' and (length($${plain}) < 3 or strpos(g.value, $${plain}) > 0)
    and g.gram = (
      select asked.gram from unnest($${grams}::text[]) as asked(gram)
      cross join lateral (select count(*) as held from (
        select 1 from merchant_gram h where h.tenant_id = $1 and h.source = 'name' and h.gram = asked.gram limit 500) few) counted
      order by counted.held, asked.gram limit 1)`;
