/** An image that whoever runs the test names. */
function image(variable: string, otherwise?: string): string {
  const name = process.env[variable] ?? otherwise;
  if (!name) {
    throw new Error(`set ${variable} to an image that the cluster can pull; the README beside this file says which`);
  }
  return name;
}

/** The images of the test's own. */
export function testImages() {
  const mlflow = image('MLFLOW_IMAGE');
  return {
    mlflow,
    s3: image('S3_IMAGE'),
    postgres: image('POSTGRES_IMAGE'),
    apis: image('APIS_IMAGE'),
    envoy: image('ENVOY_IMAGE'),
    client: image('CLIENT_IMAGE', mlflow),
  };
}

export type TestImages = ReturnType<typeof testImages>;
