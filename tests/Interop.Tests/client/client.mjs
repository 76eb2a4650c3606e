// Makes one unary call and prints what it saw as a JSON object.
// usage: node client.mjs '{"address", "includeDirs", "file", "service", "method", "request", "headers", "timeout"}'
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const { address, includeDirs, file, service, method, request, headers, timeout } = JSON.parse(process.argv[2]);
const options = { keepCase: true, longs: String, enums: String, includeDirs };
const rpc = loader.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], options);

/** The messages of google.rpc.Status, each under the name of its type. */
function decode(bytes) {
  if (!bytes) return undefined;
  const { code, message, details } = rpc['google.rpc.Status'].deserialize(bytes);
  const decoded = details.map(({ type_url, value }) => {
    const type = type_url.slice(type_url.lastIndexOf('/') + 1);
    return [type, rpc[type].deserialize(value)];
  });
  return { code, message, details: Object.fromEntries(decoded) };
}

const Service = service.split('.').reduce((scope, name) => scope[name], grpc.loadPackageDefinition(loader.loadSync(file, options)));
const client = new Service(address, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
for (const [key, value] of Object.entries(headers)) metadata.add(key, value);

const seen = { headers: {} };
const call = client[method](request, metadata, timeout ? { deadline: Date.now() + timeout } : {}, (error, response) => {
  seen.response = response;
  seen.details = error?.details;
});
call.on('metadata', (received) => (seen.headers = received.getMap()));
call.on('status', ({ code, metadata: trailers }) => {
  seen.code = code;
  seen.status = decode(trailers.get('grpc-status-details-bin')[0]);
  // The callback comes after the status.
  setImmediate(() => {
    client.close();
    console.log(JSON.stringify(seen));
  });
});
