// The load of the case `rest`, in a process of its own: argv is the server, the seconds, and the paths come as a message.
import autocannon from 'autocannon';

const CONNECTIONS = 50;
const [url = '', seconds = ''] = process.argv.slice(2);

process.once('message', async (paths: string[]) => {
  const requests = paths.map((path) => ({ path }));
  let client = 0;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: Number(seconds),
    requests,
    // Each connection asks for paths of its own, so that all are asked for all the time.
    setupClient(connection) {
      const nth = client++;
      connection.setRequests(requests.filter((_, index) => index % CONNECTIONS === nth));
    },
  });
  const { errors, timeouts, non2xx, latency } = result;
  process.send?.(
    { rps: result['2xx'] / result.duration, p99Ms: latency.p99, failed: errors + timeouts + non2xx },
    () => process.exit(),
  );
});
