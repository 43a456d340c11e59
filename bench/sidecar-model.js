'use strict';
const { createServer } = require('node:http');

/** A model that answers each request with a small prediction, after so many milliseconds of work. */
const [port, milliseconds] = process.argv.slice(2).map(Number);
const server = createServer((request, response) => {
  request.resume().once('end', () => {
    for (const end = performance.now() + milliseconds; performance.now() < end;);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"predictions":[0.25]}');
  });
});
server.listen(port, '127.0.0.1', () => process.send('ready'));
