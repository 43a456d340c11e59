import { version } from '../../package.json';

/** What all charts of the project say of themselves. */
export const ABOUT = {
  version,
  appVersion: version,
  home: 'https://github.com/cdk8s-mlops/cdk8s-mlops',
  sources: ['https://github.com/cdk8s-mlops/cdk8s-mlops'],
  maintainers: [{ name: 'cdk8s-mlops' }],
} as const;
