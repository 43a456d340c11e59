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
  /**
   * What the Secret holds: `service-file`, or `fields`: the keys `host`, `port`, `dbname`, `user` and `password` that
   * operators such as CloudNativePG, Crunchy's and Zalando's make. An init container then writes the service file.
   *
   * @default service-file
   */
  readonly form?: 'service-file' | 'fields';
  /**
   * What the client demands of the connection. A service file that says `sslmode` or `sslrootcert` itself wins.
   *
   * @default - what the service file says, or else libpq's own default, which encrypts if it can and trusts anybody
   */
  readonly tls?: PostgresTls;
  /**
   * Connections that each worker process of a server keeps, for runs and models and once more for users.
   *
   * @default - SQLAlchemy's own: 5, and 10 more at need
   */
  readonly pool?: PostgresPool;
}

/** A PostgreSQL, and what one that we define tells of itself. */
export interface Postgres extends PostgresProps {
  readonly kind: 'postgres';
  /** Whether the sync that makes its clients makes the database, so that nothing can connect before. */
  readonly sameSync?: boolean;
  /** The first number of its version. */
  readonly major?: number;
  /** How many connections servers may keep in all. */
  readonly connections?: number;
}

/** @see https://www.postgresql.org/docs/current/libpq-ssl.html */
export interface PostgresTls {
  /** Whether the server's certificate is checked, and its name too. */
  readonly mode: 'require' | 'verify-ca' | 'verify-full';
  /**
   * Secret whose key `ca.crt` holds the authority that signed the server's certificate.
   *
   * @default - none: the service file names one, or the mode does not check
   */
  readonly ca?: SecretSource;
}

export interface PostgresPool {
  /** Connections that stay open. */
  readonly size: number;
  /** Connections beyond these that may be open for a while. */
  readonly overflow: number;
}

/** Where a program keeps its tables. */
export type Database =
  | ({ readonly kind: 'sqlite' } & Required<Pick<SqliteProps, 'size' | 'file'>> & Pick<SqliteProps, 'storageClass'>)
  | Postgres;

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
