import { minioChart } from './lib/charts/minio';
import { mlPlatformChart } from './lib/charts/ml-platform';
import { mlflowServerChart } from './lib/charts/mlflow-server';
import { modelApiChart } from './lib/charts/model-api';
import { teamNamespaceChart } from './lib/charts/team-namespace';
import type { HelmChart, HelmUmbrella } from './lib';

/** The Helm charts that `npm run helm` writes below charts/. */
const charts: readonly (HelmChart<any> | HelmUmbrella)[] = [
  teamNamespaceChart,
  minioChart,
  mlflowServerChart,
  modelApiChart,
  mlPlatformChart,
];
export default charts;
