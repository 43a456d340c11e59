/** Rules of one team, whose registry does not answer. */
export const UNANSWERED = `registries: { mlflow: { url: 'http://127.0.0.1:9' } }
environments: { production: { alias: champion } }
teams: { fraud: { registry: mlflow } }
`;
