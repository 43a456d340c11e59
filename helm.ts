import type { HelmChart, HelmUmbrella } from './lib';

/** The Helm charts that `npm run helm` writes below charts/. */
const charts: readonly (HelmChart | HelmUmbrella)[] = [];
export default charts;
