/**
 * For a query: the exact text that an endpoint of a kind is sent of an event in the row `event`, the same at every try. By Standard Webhooks
 * that is `{ type, timestamp, data }`, and `sequence`; for the REWORTH system the data alone.
 */
export const bodyOf = (kind: string, event: string): string => `case ${kind} when 'reworth' then ${event}.data::text else
  '{"type":' || to_json(${event}.name)::text || ',"timestamp":"' || to_char(${event}.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  || '"' || coalesce(',"sequence":' || ${event}.sequence, '') || ',"data":' || ${event}.data::text || '}' end`;
