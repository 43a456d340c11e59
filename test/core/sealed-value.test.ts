import { isSealedValue } from '../../lib/core/sealed-value';
import { seal } from '../sealed';

const shaped = (session: number, rest: number): string => {
  const bytes = Buffer.alloc(2 + session + rest, 7);
  bytes.writeUInt16BE(session);
  return bytes.toString('base64');
};

describe('a sealed value', () => {
  test.each(['', 'x', 'a whole file\nof two lines\n'])('is known when it holds %j', text => {
    expect(isSealedValue(seal(text))).toBe(true);
  });

  test.each([
    [256, 16],
    [512, 16],
    [1024, 4000],
  ])('may have a session key of %d bytes', (session, rest) => {
    expect(isSealedValue(shaped(session, rest))).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a password', 'hunter2'],
    ['a placeholder', '<password>'],
    ['base64 of a password', Buffer.from('correct horse battery').toString('base64')],
    ['base64 of a long file', Buffer.from('x'.repeat(2000)).toString('base64')],
    ['a value without its tag', shaped(512, 15)],
    ['a session key of another length', shaped(300, 400)],
    ['a line break', `${shaped(512, 16)}\n`],
    ['padding that is missing', seal('abc').replace(/=+$/, '') + '*'],
  ])('is not %s', (_, text) => {
    expect(isSealedValue(text)).toBe(false);
  });
});
