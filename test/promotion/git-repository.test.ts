import { itIsAGitRepository } from '../contracts/git-repository';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';
import { SharedRepository } from './shared-repository';

jest.setTimeout(30_000);

describe('a branch on a server', () => {
  const made: SharedRepository[] = [];
  afterAll(() => Promise.all(made.map(one => one.remove())));

  itIsAGitRepository(() => {
    const repository = new SharedRepository();
    made.push(repository);
    return {
      edit: (files, message) => repository.edit(files, message),
      open: () => repository.open(),
      rewrite: files => {
        repository.git(repository.work, 'checkout', '--quiet', '--orphan', 'other');
        repository.git(repository.work, 'rm', '--quiet', '-r', '--force', '.');
        repository.git(repository.work, 'commit', '--quiet', '--allow-empty', '--message=another history');
        repository.git(repository.work, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
        repository.edit(files);
      },
      lock: name => repository.lock(name),
    };
  });
});

describe('the repository of tests', () => {
  itIsAGitRepository(() => {
    const server = new MemoryGitServer();
    return {
      edit: (files, message) => server.edit(files, message),
      open: () => new MemoryGitRepository(server),
      rewrite: files => void server.rewrite(files),
      lock: name => void server.locked.add(name),
    };
  });
});
