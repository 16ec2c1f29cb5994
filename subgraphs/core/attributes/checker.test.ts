import fc from 'fast-check';
import { AttributeChecker } from './checker';
import type { Definition } from './definition';
import { wholeMatch } from './pattern';

function defined(change: Partial<Definition> = {}): Definition {
  const plain: Definition = {
    id: `${change.key ?? 'key'}-v${change.version ?? 1}`, organizationId: 'o', projectId: null, key: 'key', version: 1, label: { en: 'Key' }, type: 'TEXT', required: false,
    options: [], pattern: null, isPersonal: false, active: true, createdAt: new Date(0),
  };
  return { ...plain, ...change };
}

const options = ['well', 'tap', 'river'].map((value) => ({ value, label: {} }));
const checker = new AttributeChecker([
  defined({ key: 'note' }),
  defined({ key: 'tel', type: 'TEL', isPersonal: true }),
  defined({ key: 'size', type: 'NUMBER', required: true }),
  defined({ key: 'moved', type: 'DATE' }),
  defined({ key: 'pregnant', type: 'BOOLEAN', isPersonal: true }),
  defined({ key: 'water', type: 'SELECT', options }),
  defined({ key: 'waters', type: 'MULTISELECT', options }),
  defined({ key: 'home', type: 'GEO' }),
  defined({ key: 'card', pattern: '[A-Z]{2}[0-9]{3}' }),
  defined({ key: 'old', active: false }),
]);

function field(values: Record<string, unknown>, how = {}): unknown {
  try {
    return checker.check({ size: 1, ...values }, how);
  } catch (error) {
    return (error as { details?: { field?: string } }).details?.field;
  }
}

describe('values of attributes', () => {
  it('are parted into sealed and open ones, each with the version it was checked with', () => {
    expect(checker.check({ size: 4, tel: ' +254712345678 ', note: ' José ', pregnant: false, waters: ['river', 'well', 'river'], home: { latitude: -0.09, longitude: 34.76 }, water: null })).toEqual({
      personal: { tel: '+254712345678', pregnant: false },
      open: { size: 4, note: 'José', waters: ['well', 'river'], home: { latitude: -0.09, longitude: 34.76 } },
      versions: { size: 'size-v1', tel: 'tel-v1', note: 'note-v1', pregnant: 'pregnant-v1', waters: 'waters-v1', home: 'home-v1' },
      cleared: ['water'],
    });
  });

  it.each<[string, unknown]>([
    ['note', 4], ['note', ''], ['note', 'a\u0000b'], ['note', 'x'.repeat(1001)], ['tel', '0712'], ['tel', '2.54708E+11'], ['size', '4'], ['size', Infinity], ['moved', '2026-02-30'], ['moved', '01.02.2026'],
    ['pregnant', 'yes'], ['water', 'sea'], ['water', ['well']], ['waters', 'well'], ['waters', ['sea']], ['home', { latitude: 91, longitude: 0 }], ['home', { latitude: 1 }],
    ['home', { latitude: 1, longitude: 1, altitude: 1 }], ['card', 'KE1234'], ['card', 'xKE123'], ['old', 'x'], ['unknown', 'x'], ['toString', 'x'], ['size', null],
  ])('%s: %j is refused by name', (key, value) => {
    expect(field({ [key]: value }, { partial: value === null, root: 'input.attributes' })).toBe(key === 'toString' ? 'input.attributes' : `input.attributes.${key}`);
  });

  it('are never repeated in errors, whatever was given', () => {
    fc.assert(
      fc.property(fc.constantFrom('tel', 'pregnant', 'note', 'size', 'water', 'moved', 'home', 'card'), fc.string({ minLength: 6 }), (key, text) => {
        const secret = `#${text}#`;
        try {
          checker.check({ size: 1, [key]: secret });
        } catch (error) {
          expect((error as Error).message).not.toContain(secret);
        }
      }),
    );
  });

  it('lack nothing that is required, unless they are only a change', () => {
    expect(() => checker.check({})).toThrow('attributes.size: is required: give it a value');
    expect(checker.check({}, { partial: true })).toMatchObject({ open: {} });
    expect(checker.required).toEqual(['size']);
  });

  it('are checked as a project says, where it says something of its own', () => {
    const both = [defined({ projectId: 'p', required: true, id: 'of the project' }), defined({ id: 'of the organisation' })];
    for (const order of [both, [...both].reverse()]) expect(new AttributeChecker(order).check({ key: 'a' }).versions).toEqual({ key: 'of the project' });
  });

  it('narrow lists only when they are open', () => {
    expect(checker.condition({ water: 'well', size: 4 }, 'filter.attributes')).toEqual({ water: 'well', size: 4 });
    expect(() => checker.condition({ pregnant: true }, 'filter.attributes')).toThrow('filter.attributes.pregnant: is personal');
    expect(() => checker.condition({ water: null }, 'filter.attributes')).toThrow('filter.attributes.water: must have a value');
  });

  it('once checked, check again as themselves', () => {
    fc.assert(
      fc.property(fc.record({ note: fc.string({ minLength: 1 }), size: fc.double({ noNaN: true, noDefaultInfinity: true }), waters: fc.array(fc.constantFrom('well', 'tap', 'river')) }), (values) => {
        const first = (() => { try { return checker.check(values).open; } catch { return null; } })();
        if (first) expect(checker.check(first).open).toEqual(first);
      }),
    );
  });
});

describe('a pattern', () => {
  it('that ruins engines which try every way costs no more than any other', () => {
    // Backtracking would take 2^50000 steps: with it, this test would never end.
    expect(wholeMatch('(a+)+b')('a'.repeat(50_000))).toBe(false);
  });

  it.each(['(a)\\1', '(?=a)b', 'a{2000}', '(a{1000}){1000}', '('])('%s is refused', (pattern) => {
    expect(() => wholeMatch(pattern)).toThrow();
  });
});
