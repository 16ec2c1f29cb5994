import fc from 'fast-check';
import { newId } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createVendorOffice, plain, type VendorOffice } from '../testing/vendor-office';
import { boxAround } from './location';
import { VendorOrder } from './vendor.type';

const database = useTestDatabase('core');
let office: VendorOffice;
beforeAll(async () => {
  office = await createVendorOffice(database().serviceUrl);
});
afterAll(() => office.close());

const KISUMU = { latitude: -0.091702, longitude: 34.767956 };
const at = (latitude: number, longitude: number) => ({ location: { latitude, longitude } });

async function register(more: Record<string, unknown>, who = office.clerk): Promise<string> {
  return office.service.register(who, office.shop({ name: newId(), ...more }), office.key());
}

async function near(latitude: number, longitude: number, withinKm: number, who = office.clerk): Promise<string[]> {
  const page = { first: 200, after: null };
  return (await office.service.list(who, { near: { ...at(latitude, longitude), withinKm } }, { order: VendorOrder.OLDEST_FIRST, page })).map(({ id }) => id);
}

const shown = (id: string) => office.ask(office.clerk, 'query ($id: ID!) { vendor(id: $id) { location { latitude longitude } } }', { id }).then(plain);

describe('the location of a vendor', () => {
  it('is kept to six decimals, stays when it is left out of a change, and is cleared by null', async () => {
    const id = await register({ location: { latitude: -0.0917021234, longitude: 34.767956 } });
    expect(await shown(id)).toEqual({ data: { vendor: { location: KISUMU } } });
    await office.service.update(office.clerk, id, { contactName: 'Wanjiru' }, office.key());
    expect(await shown(id)).toEqual({ data: { vendor: { location: KISUMU } } });
    await office.service.update(office.clerk, id, at(90, -180), office.key());
    expect(await shown(id)).toEqual({ data: { vendor: at(90, -180) } });
    await office.service.update(office.clerk, id, { location: null }, office.key());
    expect(await shown(id)).toEqual({ data: { vendor: { location: null } } });
  });

  it.each([
    ['a latitude beyond a pole', { latitude: 90.000001, longitude: 0 }, 'input.location.latitude'],
    ['a longitude beyond 180°', { latitude: 0, longitude: -180.5 }, 'input.location.longitude'],
    ['half a place', { latitude: 1 }, 'input.location.longitude'],
  ])('refuses %s by field', async (_what, location, field) => {
    await expect(register({ location })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  });

  it('is whole and on earth whatever the code above does', async () => {
    const id = await register({ location: KISUMU });
    for (const change of ['latitude = NULL', 'latitude = 90.5', 'longitude = 180.000001']) {
      await expect(office.pool.query(`UPDATE vendor SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({ code: '23514' });
    }
  });
});

describe('vendors near a place', () => {
  it('are those within the distance, of the own organisation, and none whose place is unknown', async () => {
    // One degree of latitude is 111.195 km on a sphere of the mean radius.
    const [here, there] = [await register(at(10, 10)), await register(at(11, 10))];
    await register({});
    await register(at(10, 10), office.stranger);
    expect(await near(10, 10, 1)).toEqual([here]);
    expect(await near(10, 10, 111.19)).toEqual([here]);
    expect(await near(10, 10, 111.2)).toEqual([here, there]);
    // In the box around the place, but not in the circle.
    expect(await near(10.7, 10.7, 100)).toEqual([there]);
  });

  it('are found across the meridian of 180° and around a pole', async () => {
    const [fiji, pole] = [await register(at(-17, -179.95)), await register(at(89.9, 170))];
    expect(await near(-17, 179.95, 20)).toEqual([fiji]);
    expect(await near(89.9, -10, 30)).toEqual([pole]);
  });

  it.each([[0], [501], [Number.NaN]])('are not looked for within %d km', async (withinKm) => {
    await expect(near(0, 0, withinKm)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'filter.near.withinKm' } });
  });

  it('all lie in the box by which the index finds them', () => {
    const place = { latitude: fc.double({ min: -90, max: 90, noNaN: true }), longitude: fc.double({ min: -180, max: 180, noNaN: true }) };
    fc.assert(
      fc.property(fc.record(place), fc.double({ min: 0.001, max: 500, noNaN: true }), fc.double({ min: 0, max: 360, noNaN: true }), fc.double({ min: 0, max: 0.999, noNaN: true }), (from, withinKm, bearing, share) => {
        const { south, north, west, east } = boxAround(from, withinKm);
        const { latitude, longitude } = travel(from, bearing, share * withinKm);
        expect(latitude).toBeGreaterThanOrEqual(south);
        expect(latitude).toBeLessThanOrEqual(north);
        const [a, b] = [longitude >= west, longitude <= east];
        expect(west <= east ? a && b : a || b).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Where somebody comes to who walks straight on (direct problem on a sphere). */
function travel({ latitude, longitude }: { latitude: number; longitude: number }, bearing: number, km: number): { latitude: number; longitude: number } {
  const [rad, deg] = [Math.PI / 180, 180 / Math.PI];
  const [lat, way, angle] = [latitude * rad, bearing * rad, km / 6371.0088];
  const north = Math.asin(Math.max(-1, Math.min(1, Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(way))));
  const turned = longitude + Math.atan2(Math.sin(way) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * Math.sin(north)) * deg;
  return { latitude: north * deg, longitude: ((turned + 540) % 360) - 180 };
}
