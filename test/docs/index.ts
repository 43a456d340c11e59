export * as backup from './backup';
export * as isolation from './isolation';
export * as mlflowServer from './mlflow-server';
export * as monitoring from './monitoring';
export * as network from './network';
export * as platform from './platform';
export * as postgres from './postgres';
export * as secrets from './secrets';
