import { Platform } from '../../lib';

export function platform(): void {
  new Platform({ name: 'ml', isolation: { mediators: ['features-staging'] } });
}
