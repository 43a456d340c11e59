'use strict';
const { createServer } = require('node:http');

/**
 * A model as a process: it loads for a while, takes `?wait=` milliseconds for an answer, which is its version, and ends
 * what it has begun when it is told to stop. A version "broken" is never ready.
 */
const { HOST, PORT, VERSION, LOAD_MS } = process.env;
const loaded = Date.now() + Number(LOAD_MS);
const status = { '/health': () => 200, '/ready': () => (VERSION !== 'broken' && Date.now() >= loaded ? 200 : 503) };
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://model');
  request.resume().once('end', () => {
    setTimeout(
      () => response.writeHead(status[pathname]?.() ?? 200).end(VERSION),
      Number(searchParams.get('wait') ?? 0),
    );
  });
});
server.listen(Number(PORT), HOST);
process.once('SIGTERM', () => server.close());
