import fc from 'fast-check';
import { newId } from '#kernel/db';
import { toCloudEvent, wireEventSchema } from './cloud-events';

const envelope = fc.record({
  id: fc.constant(null).map(newId),
  name: fc.constantFrom('project.created', 'project.rfv.voucher-issued', 'chain.contract-deployed', 'api-key.v2-made'),
  version: fc.integer({ min: 1, max: 99 }),
  projectId: fc.option(fc.constant(null).map(newId)),
  aggregateType: fc.constantFrom('Project', 'Beneficiary'),
  aggregateId: fc.string({ minLength: 1, maxLength: 60 }),
  occurredAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') }).map((date) => date.toISOString()),
  correlationId: fc.string({ maxLength: 40 }),
  payload: fc.dictionary(fc.string().filter((name) => name !== '__proto__'), fc.jsonValue()) as fc.Arbitrary<Record<string, unknown>>,
});

it('an event comes off the wire as it was put on it, also from images that send the envelope', () => {
  fc.assert(
    fc.property(envelope, (event) => {
      const sent = JSON.parse(JSON.stringify(event)) as typeof event;
      expect(wireEventSchema.parse(JSON.parse(JSON.stringify(toCloudEvent(sent))))).toEqual(sent);
      expect(wireEventSchema.parse(sent)).toEqual(sent);
    }),
  );
});

it('has the attributes that CloudEvents 1.0 asks for, and says where it comes from', () => {
  const event = { id: newId(), name: 'project.rfv.voucher-issued', version: 2, projectId: newId(), aggregateType: 'RfvVoucher', aggregateId: 'v/1', occurredAt: '2026-11-23T10:00:00.000Z', correlationId: 'c', payload: { n: 1 } };
  expect(toCloudEvent(event)).toEqual({
    specversion: '1.0', id: event.id, source: `/projects/${event.projectId}`, type: 'project.rfv.voucher-issued.v2', subject: 'RfvVoucher/v/1', time: event.occurredAt, datacontenttype: 'application/json',
    correlationid: 'c', projectid: event.projectId, data: { n: 1 },
  });
  expect(toCloudEvent({ ...event, name: 'chain.contract-deployed' }).source).toBe('/chain');
  expect(toCloudEvent({ ...event, name: 'project.paused' }).source).toBe('/core');
});
