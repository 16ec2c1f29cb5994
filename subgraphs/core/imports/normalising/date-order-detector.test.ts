import { DateOrderDetector } from '.';

const verdict = (...dates: string[]) => {
  const detector = new DateOrderDetector([{ column: 1, header: 'born', field: 'birthDate' }], { today: '2026-11-23' });
  for (const date of dates) detector.add(['x', date]);
  const { state, order } = detector.verdict();
  return order ? `${state} ${order}` : state;
};

test.each([
  ['DECIDED DMY', ['03/04/1990', '30/11/2000']],
  ['DECIDED MDY', ['03/04/1990', '11/30/2000']],
  ['AMBIGUOUS', ['03/04/1990', '05/06/1991']],
  ['AMBIGUOUS', ['01-02-03']],
  ['CONFLICTING', ['30/11/2000', '11/30/2000']],
  ['NONE', ['1990-05-01', '5/5/1999', '3 mars 1990', '', 'soon']],
  ['OTHER_CALENDAR', ['2047-05-12', '2015-01-01', '2060-03-03']],
])('a file is %s by its dates %j', (expected, dates) => {
  expect(verdict(...dates)).toBe(expected);
});
