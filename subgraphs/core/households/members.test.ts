import fc from 'fast-check';
import { move, type Place } from './members';

const ids = ['a', 'b', 'c', 'd'];
const place = fc.record({ beneficiaryId: fc.constantFrom(...ids), role: fc.constantFrom('HEAD', 'MEMBER', 'COLLECTOR', 'ALTERNATE') }) as fc.Arbitrary<Place>;
const places = fc.uniqueArray(place, { selector: ({ beneficiaryId }) => beneficiaryId });

function legal(members: readonly Place[]): boolean {
  return (['HEAD', 'COLLECTOR'] as const).every((single) => members.filter(({ role }) => role === single).length <= 1);
}

describe('moving people in a household', () => {
  it('lets two exchange their roles in one step', () => {
    const members: Place[] = [{ beneficiaryId: 'a', role: 'HEAD' }, { beneficiaryId: 'b', role: 'MEMBER' }];
    const put: Place[] = [{ beneficiaryId: 'b', role: 'HEAD' }, { beneficiaryId: 'a', role: 'ALTERNATE' }];
    expect(move(members, { put, remove: [], root: 'put' })).toEqual({ ended: members, added: put });
  });

  it('touches nobody who stays as they are', () => {
    const members: Place[] = [{ beneficiaryId: 'a', role: 'HEAD' }];
    expect(move(members, { put: members, remove: [], root: 'put' })).toEqual({ ended: [], added: [] });
  });

  it('never leaves two heads or two collectors, nor anybody twice, whatever is wished for', () => {
    fc.assert(
      fc.property(places.filter(legal), places, fc.uniqueArray(fc.constantFrom(...ids)), (members, put, remove) => {
        const moved = (() => { try { return move(members, { put, remove, root: 'put' }); } catch { return null; } })();
        if (!moved) return;
        const after = [...members.filter((member) => !moved.ended.includes(member)), ...moved.added];
        expect(legal(after)).toBe(true);
        expect(new Set(after.map(({ beneficiaryId }) => beneficiaryId)).size).toBe(after.length);
        for (const wished of put) expect(after).toContainEqual(wished);
        for (const id of remove) expect(after.map(({ beneficiaryId }) => beneficiaryId)).not.toContain(id);
      }),
    );
  });
});
