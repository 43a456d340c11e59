import { postgresMajor } from '../../lib/core/postgres-version';

test.each([
  ['postgres:17.6', 17],
  ['ghcr.io/cloudnative-pg/postgresql:16', 16],
  ['registry.example.com:5000/postgres:17.6-bookworm@sha256:0a1b', 17],
  ['registry.example.com:5000/postgres', undefined],
  ['postgres@sha256:0a1b', undefined],
  ['postgres:stable', undefined],
])('the version in %s is %s', (image, major) => {
  expect(postgresMajor(image)).toBe(major);
});
