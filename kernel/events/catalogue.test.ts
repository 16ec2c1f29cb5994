import { z } from 'zod';
import { catalogue, defineEvent } from './catalogue';

it('a new version stands beside the old one, each in its shape; a name and version is defined once', () => {
  const old = defineEvent({ name: 'thing.moved', version: 1, payload: z.object({ to: z.string() }), sentence: 'A thing was moved.' });
  const next = defineEvent({ name: 'thing.moved', version: 2, payload: z.object({ from: z.string(), to: z.string() }), sentence: 'A thing was moved.' });
  expect(catalogue()).toEqual([old, next]);
  expect(() => defineEvent({ ...next, payload: z.object({}) })).toThrow('thing.moved.v2 is defined twice');
});
