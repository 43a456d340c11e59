/** Link-local addresses, and with them instance metadata and credential endpoints of clouds: never an external host. */
export const LINK_LOCAL = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128'] as const;
