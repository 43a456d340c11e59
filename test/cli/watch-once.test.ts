import { join } from 'node:path';
import { PIN } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { mlops } from './process';
import { UNANSWERED } from './unanswered';

jest.setTimeout(120_000);

describe('mlops watch --once', () => {
  const repository = new SharedRepository({ 'promotion.yaml': UNANSWERED });
  afterAll(() => repository.remove());

  const once = (...args: string[]) =>
    mlops(repository.work, ['watch', '--once', '--cache', join(repository.root, 'cache'), ...args]).status;

  it('ends with 0 if there was nothing to do', () => expect(once()).toBe(0));

  it('ends with 5 if the repository cannot be read', () => expect(once('--repository', '/nowhere')).toBe(5));

  it('ends with 20 if a pin file is wrong', () => {
    repository.edit({ [PIN]: 'models:\n  churn:\n    version: one\n' });
    expect(once()).toBe(20);
  });

  it('ends with 3 if a registry does not answer', () => {
    repository.edit({ [PIN]: 'models:\n  churn:\n    version: 1\n' });
    expect(once()).toBe(3);
  });
});
