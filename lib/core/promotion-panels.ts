import type { Alerted } from './alert-rules';
import type { Panel } from './dashboard';

/**
 * Panels on a promotion controller that is scraped.
 *
 * @param pods what selects the metrics
 */
export function promotionPanels({ name, looksEverySeconds }: Alerted, pods: string): Panel[] {
  if (looksEverySeconds === undefined) {
    return [];
  }
  return [
    {
      title: `${name}: looks`,
      unit: 'short',
      lines: { '{{result}}': `sum by (result) (increase(mlops_looks_total{${pods}}[1h]))` },
    },
    {
      title: `${name}: promotions`,
      unit: 'short',
      lines: { '{{environment}}': `sum by (environment) (increase(mlops_promotions_total{${pods}}[1h]))` },
    },
    {
      title: `${name}: held`,
      unit: 'short',
      lines: { '{{gate}}': `sum by (gate) (mlops_held_versions{${pods}})` },
    },
  ];
}
