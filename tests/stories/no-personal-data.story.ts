import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEnvironment } from '../kit/environment';
import { useSystem } from '../kit/system';
import { actOnMany, breakInside, failToSignIn, importPeople, Journey, mergeDoubles, registerPeople, takePart, workInTheField } from './no-personal-data/journey';
import { marks, marksIn } from './no-personal-data/marks';
import { databasePlaces, filePlaces, metricPlaces, type Place } from './no-personal-data/places';

const temporary = mkdtempSync(join(tmpdir(), 'rahat-marks-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const system = useSystem({ images: 'dist/images', demo: true, environment: { LOG_LEVEL: 'debug', TMPDIR: temporary } });
let journey: Journey;

beforeAll(async () => {
  journey = new Journey(system());
  const people = await registerPeople(journey);
  await importPeople(journey);
  await mergeDoubles(journey);
  await actOnMany(journey, people);
  const vendor = await workInTheField(journey, String(people[0]));
  await takePart(journey, people, vendor);
  await breakInside(journey);
  await failToSignIn(journey);
}, 300_000);

/** Which marks lie where: nothing. */
const found = (places: readonly Place[]): string[] => places.flatMap(({ name, content }) => marksIn(content).map((mark) => `${mark} in ${name}`));

test('no table of any database holds a word of what is known of people', async () => {
  const places = await databasePlaces(system());
  const full = places.filter(({ content }) => content !== '').map(({ name }) => name);
  expect(full.length).toBeGreaterThan(30);
  for (const kind of [/ bullmq\./, /outbox_event of core/, /audit_entry of core/, /import_row of core/, /idempotency\w* of core/, / of project/]) expect(full).toContainEqual(expect.stringMatching(kind));
  expect(found(places)).toEqual([]);
});

test('no log holds one, at the level of debug, nor that of the database, nor any file that is not sealed', () => {
  const places = filePlaces([system().stateDir, temporary, join(testEnvironment().folder, 'logs')]);
  expect(places.filter(({ name }) => name.endsWith('.log')).length).toBeGreaterThan(3);
  expect(places.filter(({ content }) => content.includes('beneficiary_pii') && content.includes('does not exist'))).not.toEqual([]); // what failed inside was written down
  expect(found(places)).toEqual([]);
});

test('no process tells one to whoever measures it', async () => {
  const places = await metricPlaces(system());
  expect(places.length).toBeGreaterThan(3);
  expect(places.every(({ content }) => content.includes('process_cpu'))).toBe(true);
  expect(found(places)).toEqual([]);
});

test('no error repeats one, not even to whoever sent it; and nobody is told one who may not see personal data', () => {
  expect(journey.told.errors.length).toBeGreaterThan(20);
  expect(found([...journey.told.errors, ...journey.told.toStranger].map((answer) => ({ name: JSON.stringify(answer), content: JSON.stringify(answer) })))).toEqual([]);
});

test('each mark would be found, however it was written', () => {
  for (const [name, value] of Object.entries(marks)) {
    const ways = [value, value.toUpperCase(), JSON.stringify({ value }), encodeURIComponent(value), Buffer.from(value).toString('hex'), ...['', 'x', 'xy'].map((before) => Buffer.from(`${before}${value}`).toString('base64'))];
    for (const way of ways) expect(marksIn(`before ${way} after`)).toContain(name);
  }
  expect(marksIn(readFileSync(__filename, 'utf8'))).toEqual([]);
});
