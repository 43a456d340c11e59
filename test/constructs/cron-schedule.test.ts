import { onSchedule } from '../../lib/constructs/cron-schedule';
import { chartIn } from '../support';

const template = { spec: { containers: [] } };

describe('what runs on a schedule', () => {
  it('runs by Universal Time, never beside itself, and is gone a day after it ended', () => {
    expect(onSchedule(chartIn('fraud'), '0 2 * * *', { backoffLimit: 1, template })).toEqual({
      schedule: '0 2 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { ttlSecondsAfterFinished: 86400, backoffLimit: 1, template } },
    });
  });
});
