import { sampleSettings } from './sample-settings';

describe('sample settings', () => {
  it('hold what is required and nothing else', () => {
    const schema = {
      type: 'object',
      required: ['kind', 'value', 'days', 'name', 'tiers'],
      properties: {
        kind: { type: 'string', enum: ['FREE', 'REFERRAL'] },
        value: { type: 'integer', exclusiveMinimum: 0 },
        days: { type: 'integer', minimum: 7 },
        name: { type: 'string', minLength: 6 },
        tiers: { type: 'array', minItems: 1, items: { type: 'object', required: ['on'], properties: { on: { type: 'boolean' } } } },
        optional: { type: 'string' },
      },
    };
    expect(sampleSettings(schema)).toEqual({ kind: 'FREE', value: 1, days: 7, name: 'demo--', tiers: [{ on: false }] });
  });

  it('prefer what the schema itself gives as default or example', () => {
    expect(sampleSettings({ type: 'object', required: ['a', 'b'], properties: { a: { default: 3 }, b: { type: 'string', examples: ['x'] } } })).toEqual({ a: 3, b: 'x' });
  });

  it('are an empty object for a type without settings', () => {
    expect(sampleSettings({})).toEqual({});
  });
});
