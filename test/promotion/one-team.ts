/** Rules of one team in one environment. */
export const RULES = `registries:
  mlflow: { url: http://mlflow.example.com }
environments:
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
`;

/** The team's pins. */
export const PIN = 'environments/production/fraud.yaml';
