/** Whether `name` is a time zone of the IANA database. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name); // a bare offset has no daylight saving time and is not a zone
  } catch {
    return false;
  }
}
