import { assertNotAbout, newPassword } from './new-password';
import { hashPassword, passwordMatches } from './password-hash';

const refusal = (password: string): string | undefined => newPassword.safeParse(password).error?.issues[0]?.message;

describe('a new password', () => {
  test.each(['correct horse', 'a'.repeat(196) + 'bcde', '🐎🐄🐖🐑🐐🐎🐄🐖🐑🐐🐎🐄', 'ngome ya Yesu ñ', '            abcd'])('may be %j', (password) => {
    expect(refusal(password)).toBeUndefined();
  });

  test.each([
    ['short', 'must be at least 12 characters'],
    ['🐎🐄🐖🐑🐐🐎🐄', 'must be at least 12 characters'],
    ['é'.normalize('NFD').repeat(11), 'must be at least 12 characters'],
    ['abcde'.repeat(41), 'must be at most 200 characters'],
    ['x'.repeat(100_000), 'must be at most 200 characters'],
    ['abcdabcdabcd', 'must have at least 5 different characters'],
    ['correct horse \uD800', 'must not contain halves of characters'],
  ])('may not be %j', (password, message) => {
    expect(refusal(password)).toBe(message);
  });

  test('is the same however its letters are composed', async () => {
    const [composed, decomposed] = ['señor sin caballo'.normalize('NFC'), 'señor sin caballo'.normalize('NFD')];
    expect(newPassword.parse(decomposed)).toBe(composed);
    expect(await passwordMatches(await hashPassword(decomposed), composed)).toBe(true);
    expect(await passwordMatches(await hashPassword(composed), decomposed)).toBe(true);
  });

  test.each([
    ['ada.lovelace@ours.example', 'I am Ada.Lovelace!'],
    ['ad@ours.example', 'AD@ours.example'],
    ['"a@b"@ours.example', 'so it is "a@b" then'],
  ])('of %s may not be %j', (email, password) => {
    expect(() => assertNotAbout(email, password)).toThrow('newPassword: must not contain the name in the e-mail address of the account');
  });

  test('may contain two letters that happen to be a name', () => {
    expect(() => assertNotAbout('ad@ours.example', 'a sad old road')).not.toThrow();
  });
});
