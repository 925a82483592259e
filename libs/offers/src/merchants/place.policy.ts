/** A point on the earth, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the earth, in metres. */
export const EARTH_RADIUS = 6_371_008.8;

/** Squares to a degree. */
const FINENESS = 20;
const AROUND = 360 * FINENESS;

/** Far enough beyond what rounding may take off. */
const MARGIN = 1e-6;

/** The square of a twentieth of a degree that a place is in. */
export const cellOf = ({ latitude, longitude }: Place): number => row(latitude) * AROUND + column(longitude);

const row = (latitude: number): number => Math.floor((latitude + 90) * FINENESS);
const column = (longitude: number): number => wrapped(Math.floor((longitude + 180) * FINENESS));
/** East of the last column is the first. */
const wrapped = (at: number): number => ((at % AROUND) + AROUND) % AROUND;

/** All squares that have a point within so many metres of a place. */
export function cellsAround({ latitude, longitude }: Place, metres: number): number[] {
  const angle = metres / EARTH_RADIUS;
  const reach = (angle * 180) / Math.PI + MARGIN;
  const [south, north] = [Math.max(-90, latitude - reach), Math.min(90, latitude + reach)];
  // Around a pole, all meridians are near.
  const ratio = Math.sin(angle) / Math.cos((latitude * Math.PI) / 180);
  const sideways = north >= 90 || south <= -90 || ratio >= 1 ? 180 : (Math.asin(ratio) * 180) / Math.PI + MARGIN;
  const first = Math.floor((longitude - sideways + 180) * FINENESS);
  const columns = Math.min(AROUND, Math.floor((longitude + sideways + 180) * FINENESS) - first + 1);
  const cells: number[] = [];
  for (let at = row(south); at <= row(north); at++)
    for (let step = 0; step < columns; step++) cells.push(at * AROUND + wrapped(first + step));
  return cells;
}

/** Metres between two places, along the surface of a sphere. */
export function distanceBetween(one: Place, other: Place): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [dy, dx] = [radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)];
  const h = Math.sin(dy / 2) ** 2 + Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * Math.sin(dx / 2) ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The same in SQL, with columns of degrees. */
export const distanceSql = (at: { latitude: string; longitude: string }, to: { latitude: string; longitude: string }): string =>
  `2 * ${EARTH_RADIUS} * asin(least(1, sqrt(power(sind((${to.latitude} - ${at.latitude}) / 2), 2)
    + cosd(${at.latitude}) * cosd(${to.latitude}) * power(sind((${to.longitude} - ${at.longitude}) / 2), 2))))`;
