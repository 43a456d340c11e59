/**
 * Whether every S3 store accepts the text as the name of a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..');
}

/** What a bucket's name may look like, in words that fit behind "use". */
export const BUCKET_NAME_RULE = '3 to 63 lower-case letters, digits, "-" and "."';
