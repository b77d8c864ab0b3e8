// What HTTP alone costs: fastify as it comes, parsing the same body and returning bytes of the same length.
import Fastify from 'fastify';

const answer = Buffer.from(process.argv[2] ?? '', 'base64').toString();
const app = Fastify();
app.post('/predictors/:predictor/suggestions', (_request, reply) =>
  reply.header('content-type', 'application/json; charset=utf-8').send(answer),
);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
