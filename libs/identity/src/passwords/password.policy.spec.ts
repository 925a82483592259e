import { randomBytes } from 'node:crypto';
import { passwordProblems, refuseWeakPassword, type PasswordOwner } from './password.policy.js';

const owner: PasswordOwner = {
  email: 'meera.krishnan@northwind.example',
  fullName: 'Meera Krishnan',
  places: ['Test Bank of Pune'],
  hasSecondFactor: false,
};
const withFactor = { ...owner, hasSecondFactor: true };

describe('a password (AUT-01)', () => {
  it.each([
    ['15 characters', 'kettle on a hil', owner],
    ['8 characters beside a second factor', 'kx7 vmqp', withFactor],
    ['64 characters', 'x1f'.repeat(3) + randomBytes(41).toString('base64url'), owner],
    ['128 characters', randomBytes(96).toString('base64url'), owner],
    ['15 emoji', '🙂🙃🤖👻🎃🐱🐶🐭🐹🐰🦊🐻🐼🐨🐯', owner],
    ['Devanagari, spaces at its ends', ' नमस्ते दुनिया कैसे हो ', owner],
    ['20 letters in lower case', 'plumgravelotterviola', owner],
    ['a word of the owner beside others', 'meera paints seven grey boats', owner],
    ['a common word beside many digits of chance', 'dragon8395028461938', owner],
    ['what tests and demos make', randomBytes(12).toString('base64url'), owner],
  ])('is accepted with %s', (_, password, whose) => {
    expect(passwordProblems(password, whose)).toEqual([]);
  });

  it.each([
    ['14 characters', 'kettle on a hi', owner, /at least 15/],
    ['7 characters beside a second factor', 'kx7 vmq', withFactor, /at least 8/],
    ['14 emoji, though they are 28 units of UTF-16', '🙂🙃🤖👻🎃🐱🐶🐭🐹🐰🦊🐻🐼🐨', owner, /at least 15/],
    ['129 characters', `${randomBytes(96).toString('base64url')}x`, owner, /at most 128/],
    ['a common password', 'q1w2e3r4t5y6u7i8', owner, /tried first/],
    ['one in capitals', 'PASSWORDPASSWORD', owner, /tried first/],
    ['Password1!', 'Password1!', withFactor, /tried first/],
    ['signs for letters', 'P@ssw0rd!!', withFactor, /tried first/],
    ['a common word with digits in order', 'football1234567', owner, /tried first/],
    ['one of the most common words', 'computer', withFactor, /tried first/],
    ['one character over and over', 'aaaaaaaaaaaaaaaaaa', owner, /tried first/],
    ['a short pattern over and over', 'ab1ab1ab1ab1ab1ab1', owner, /tried first/],
    ['a common one twice', 'Password1!Password1!', owner, /tried first/],
    ['keys in order', 'qwertyuiopasdfg', owner, /tried first/],
    ['digits in order', '987654321098765', owner, /tried first/],
    ['the name of the platform', 'Tallystick-2026', owner, /made of/],
    ['the name of the tenant', 'TestBankOfPune1!', owner, /made of/],
    ['the local part of the address', 'meera.krishnan!', owner, /made of/],
    ['the domain of the address, twice', 'northwindNorthwind', owner, /made of/],
    ['the name and digits in order', 'krishnan-12345678', owner, /made of/],
  ])('is refused with %s', (_, password, whose, reason) => {
    expect(passwordProblems(password, whose).join()).toMatch(reason);
  });

  it('is refused by its field, with every reason', () => {
    expect(() => refuseWeakPassword('tallystick', owner, 'password')).toThrow(
      expect.objectContaining({
        definition: expect.objectContaining({ code: 'validation_error' }),
        details: { errors: { password: [expect.stringMatching(/at least 15/), expect.stringMatching(/made of/)] } },
      }),
    );
  });

  it('is looked at quickly, whatever it is', () => {
    const begun = performance.now();
    for (const sign of ['a', '1', '!', ' ', 'é']) passwordProblems(sign.repeat(128), owner);
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
