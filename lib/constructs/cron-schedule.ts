import type { Construct } from 'constructs';
import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1';
import { isCron } from '../core/cron';
import { PlatformError } from '../core/platform-error';

/**
 * The spec of a CronJob that runs by Universal Time and never beside itself.
 *
 * @throws PlatformError if the schedule is none
 */
export function onSchedule(where: Construct, schedule: string, job: JobSpec): CronJobSpec {
  if (!isCron(schedule)) {
    throw new PlatformError(
      where,
      `schedule must be five fields of cron (minute, hour, day, month, weekday), got "${schedule}"`,
      "write '0 2 * * *' for every night at two",
    );
  }
  return {
    schedule,
    timeZone: 'Etc/UTC',
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 3600,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    // A Job that failed raises an alert as long as it is there; its logs stay for that time.
    jobTemplate: { spec: { ttlSecondsAfterFinished: 24 * 3600, ...job } },
  };
}
