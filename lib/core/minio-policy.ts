import type { BucketUser } from './bucket-users';
import { canonicalJson } from './canonical-json';

const READ = { bucket: ['s3:GetBucketLocation', 's3:ListBucket'], objects: ['s3:GetObject'] };
const READ_WRITE = {
  bucket: [...READ.bucket, 's3:ListBucketMultipartUploads'],
  objects: [
    ...READ.objects,
    's3:PutObject',
    's3:DeleteObject',
    's3:AbortMultipartUpload',
    's3:ListMultipartUploadParts',
  ],
};

/**
 * The policy of a user of MinIO: its own buckets, and nothing that would change a bucket itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
 */
export function minioPolicy(user: BucketUser): string {
  const statements = Object.entries(user.access).flatMap(([bucket, access]) => {
    const actions = access === 'read' ? READ : READ_WRITE;
    return [
      { Effect: 'Allow', Action: actions.bucket, Resource: [`arn:aws:s3:::${bucket}`] },
      { Effect: 'Allow', Action: actions.objects, Resource: [`arn:aws:s3:::${bucket}/*`] },
    ];
  });
  return `${canonicalJson({ Version: '2012-10-17', Statement: statements })}\n`;
}
