module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
  // Too slow for every run: `npm run test:judges` runs these too.
  testPathIgnorePatterns: [
    'test/judges/(access|api-server|apply|argo-projects|cdk8s-cli|endpoint|envoy|every-kind|guards|helm|isolation|mlflow|object-store|promotion|promql|routes|scan)',
  ],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
};
