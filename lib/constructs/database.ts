import type { NetworkPeer } from './network-peer';
import type { SecretSource } from './secret-source';

export interface SqliteProps {
  /**
   * Size of the volume that holds the database.
   *
   * @default 5Gi
   */
  readonly size?: string;
  /**
   * Storage class of the volume.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Name of the database's file on the volume.
   *
   * @default mlflow.db
   */
  readonly file?: string;
}

export interface PostgresProps {
  /**
   * How to connect: a Secret whose key `pg_service.conf` holds a connection service file with a section `[mlflow]`.
   * libpq reads host, port, database, user, password and TLS settings from there, so that none of them stands in a
   * manifest or in a variable.
   *
   * @see https://www.postgresql.org/docs/current/libpq-pgservice.html
   */
  readonly connection: SecretSource;
  /** Where on the network it is: `Peer.hosts()`, or `Peer.pods()` if it runs in the same cluster. */
  readonly peer: NetworkPeer;
}

/** Where a program keeps its tables. */
export type Database =
  | ({ readonly kind: 'sqlite' } & Required<Pick<SqliteProps, 'size' | 'file'>> & Pick<SqliteProps, 'storageClass'>)
  | ({ readonly kind: 'postgres' } & PostgresProps);

export const Database = {
  /** A file on a volume: nothing to run, one pod at a time. */
  sqlite(props: SqliteProps = {}): Database {
    return {
      kind: 'sqlite',
      size: props.size ?? '5Gi',
      file: props.file ?? 'mlflow.db',
      storageClass: props.storageClass,
    };
  },

  /** A PostgreSQL that exists already. */
  postgres(props: PostgresProps): Database {
    return { kind: 'postgres', ...props };
  },
};
