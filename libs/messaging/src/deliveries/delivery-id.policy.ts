/**
 * For a query: the id of a delivery, made of the time of its event, and a hash of event and endpoint. So deliveries sort by time, and an
 * event cannot be told to an endpoint by two of them: the primary key refuses it.
 */
export const deliveryId = (
  eventId: string,
  endpointId: string,
): string => `overlay(overlay(overlay(md5(${eventId}::text || ${endpointId}::text)
  placing left(replace(${eventId}::text, '-', ''), 12) from 1) placing '7' from 13) placing '8' from 17)::uuid`;
