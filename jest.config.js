module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/examples'],
  testMatch: ['**/*.test.ts'],
  // Too slow for every run: `npm run test:judges` runs these too.
  testPathIgnorePatterns: [
    'test/judges/(access|api-server|apply|argo-projects|cdk8s-cli|cli-commits|consumer|deployment-status|endpoint|envoy|every-kind|guards|helm|isolation|mlflow|object-store|promotion|promql|routes|scan)',
  ],
  // Jest leaves one processor idle; of two, that is half.
  maxWorkers: '100%',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
};
