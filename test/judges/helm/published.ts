import { join } from 'node:path';
import declared from '../../../helm';
import { HelmChart } from '../../../lib/helm/helm-chart';
import { HelmUmbrella } from '../../../lib/helm/helm-umbrella';
import { PROJECT } from '../manifests';

/** The charts that the project publishes. */
export const CHARTS = declared.filter((chart): chart is HelmChart<any> => chart instanceof HelmChart);

/** The charts of these charts. */
export const UMBRELLAS = declared.filter((chart): chart is HelmUmbrella => chart instanceof HelmUmbrella);

/** Where a chart lies, as its users get it. */
export const folderOf = ({ name }: { readonly name: string }): string => join(PROJECT, 'charts', name);
