const base = require('./jest.config');

/** Everything that somebody else's program judges, also what `npm test` has no time for. */
module.exports = { ...base, roots: ['<rootDir>/test/judges'], testPathIgnorePatterns: [] };
