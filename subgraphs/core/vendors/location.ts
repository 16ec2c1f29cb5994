import { Field, Float, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { Prisma, type Vendor as VendorRow } from '../../../generated/prisma/core/client';

const LATITUDE = 'Degrees north of the equator (WGS 84), -90 to 90.';
const LONGITUDE = 'Degrees east of Greenwich (WGS 84), -180 to 180.';

@ObjectType({ description: 'A place on earth, in decimal degrees of WGS 84 with six decimals, which is exact to some 11 cm.' })
export class GeoPoint {
  @Field(() => Float, { description: LATITUDE })
  latitude: number;

  @Field(() => Float, { description: LONGITUDE })
  longitude: number;
}

@InputType({ description: 'A place on earth, in decimal degrees of WGS 84; six decimals are kept.' })
export class GeoPointInput {
  @Field(() => Float, { description: LATITUDE })
  latitude: number;

  @Field(() => Float, { description: LONGITUDE })
  longitude: number;
}

@InputType({ description: 'Within a distance of a place, as the crow flies.' })
export class NearInput {
  @Field(() => GeoPointInput, { description: 'The place.' })
  location: GeoPointInput;

  @Field(() => Float, { description: 'How far from it at most, in kilometres: more than 0, at most 500.' })
  withinKm: number;
}

const degrees = (most: number) => z.number().min(-most, `must be at least -${most}`).max(most, `must be at most ${most}`);
export const pointSchema = z.object({ latitude: degrees(90), longitude: degrees(180) });
export const nearSchema = z.object({ location: pointSchema, withinKm: z.number().positive('must be more than 0').max(500, 'must be at most 500') });
export type Near = z.output<typeof nearSchema>;

export function pointOf({ latitude, longitude }: Pick<VendorRow, 'latitude' | 'longitude'>): GeoPoint | null {
  return latitude === null || longitude === null ? null : Object.assign(new GeoPoint(), { latitude: latitude.toNumber(), longitude: longitude.toNumber() });
}

/** The mean radius of the earth as IUGG defines it, km. As on a sphere, distances are right within 0.6 %. */
const EARTH = 6371.0088;
/** How many vendors near a place are listed at most. */
const MOST = 1000;

const radians = (angle: number): number => (angle * Math.PI) / 180;
const inDegrees = (angle: number): number => (angle * 180) / Math.PI;

/** SQL that selects the ids of the vendors of an organisation near a place. An index finds who is in the box around it; only of those the distance is worked out. */
export function nearOf(organizationId: string, { location: { latitude, longitude }, withinKm }: Near): Prisma.Sql {
  const { south, north, west, east } = boxAround({ latitude, longitude }, withinKm);
  const across = west <= east ? Prisma.sql`longitude BETWEEN ${west}::float8 AND ${east}::float8` : Prisma.sql`(longitude >= ${west}::float8 OR longitude <= ${east}::float8)`;
  return Prisma.sql`SELECT id FROM (
    SELECT id, power(sind((latitude::float8 - ${latitude}::float8) / 2), 2) + cosd(latitude::float8) * cosd(${latitude}::float8) * power(sind((longitude::float8 - ${longitude}::float8) / 2), 2) AS haversine
    FROM vendor WHERE organization_id = ${organizationId}::uuid AND latitude BETWEEN ${south}::float8::numeric AND ${north}::float8::numeric AND ${across}
  ) v WHERE haversine <= ${Math.sin(withinKm / EARTH / 2) ** 2}::float8 ORDER BY haversine, id LIMIT ${MOST}`;
}

/** A box of degrees that holds everything so near, and little more; `west` lies beyond `east` when it crosses the meridian of 180°. */
export function boxAround({ latitude, longitude }: Near['location'], withinKm: number): { south: number; north: number; west: number; east: number } {
  // A metre more than is asked for: near a pole the last digits of sines are worth centimetres.
  const angle = (withinKm + 0.001) / EARTH;
  const [south, north] = [latitude - inDegrees(angle), latitude + inDegrees(angle)];
  // Around a pole every meridian is near.
  if (south <= -90 || north >= 90) return { south: Math.max(south, -90), north: Math.min(north, 90), west: -180, east: 180 };
  const width = inDegrees(Math.asin(Math.sin(angle) / Math.cos(radians(latitude))));
  return { south, north, west: around(longitude - width), east: around(longitude + width) };
}

function around(angle: number): number {
  return angle < -180 ? angle + 360 : angle > 180 ? angle - 360 : angle;
}
