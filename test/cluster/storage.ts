import { logins } from './credentials';
import { gateway } from './fixtures';
import type { Kubectl } from './kubectl';

const connection = {
  endpoint_url: 'http://s3.storage.svc:7070',
  region_name: 'us-east-1',
  aws_access_key_id: logins.s3.user,
  aws_secret_access_key: logins.s3.password,
};

/** Makes a bucket in the store of the helpers if it is not there, and puts texts into it. */
export async function fillBucket(kubectl: Kubectl, bucket: string, put: Record<string, string> = {}): Promise<void> {
  await kubectl.python(gateway, 'bucket', { bucket, create: true, put, connection });
}
