import { version } from '../../package.json';
import type { ArtifactHub, ChartAbout } from '../helm/write/chart-about';

const HOME = 'https://github.com/cdk8s-mlops/cdk8s-mlops';

/** What all charts of the project say of themselves. */
export const ABOUT = {
  version,
  appVersion: version,
  home: HOME,
  icon: `${HOME}/raw/main/docs/icon.svg`,
  sources: [HOME],
  maintainers: [{ name: 'cdk8s-mlops' }],
} as const;

/** What Artifact Hub shows beside one of them. */
export const onArtifactHub = (
  category: ArtifactHub['category'],
  page: string,
  images: ArtifactHub['images'] = [],
): Pick<ChartAbout, 'artifactHub'> => ({
  artifactHub: {
    category,
    license: 'Apache-2.0',
    // Until 1.0.0 values may be renamed between versions.
    prerelease: version.startsWith('0.'),
    ...(images.length > 0 && { images }),
    links: [
      { name: 'What it installs', url: `${HOME}/blob/main/${page}` },
      { name: 'How it is made and proven', url: `${HOME}/blob/main/docs/helm.md` },
    ],
    changes: [{ kind: 'added', description: 'First version of the chart' }],
  },
});
