// Talks to the server under test and prints what it saw as one JSON object, section by section.
// usage: node client.mjs <host:port> <folder of sample.proto> <folder of grpc/reflection> <folder of grpc/health>
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, ...includeDirs] = process.argv.slice(2);
const loaderOptions = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, includeDirs };
const load = (file) => grpc.loadPackageDefinition(loader.loadSync(file, loaderOptions));
const connect = (Service, options) => new Service(address, grpc.credentials.createInsecure(), options);

const { SampleService } = load('sample.proto').sample.v1;
const sample = connect(SampleService);
const reflectionV1 = load('grpc/reflection/v1/reflection.proto').grpc.reflection.v1;
const reflectionV1Alpha = load('grpc/reflection/v1alpha/reflection.proto').grpc.reflection.v1alpha;
const { Health } = load('grpc/health/v1/health.proto').grpc.health.v1;

function metadata(entries) {
  const result = new grpc.Metadata();
  for (const [key, value] of Object.entries(entries)) result.add(key, value);
  return result;
}

/** One response, with headers, status and trailers, whether the call failed or not. */
function unary(client, method, request, headers = {}, options = {}) {
  return new Promise((resolve) => {
    const seen = { headers: {}, trailers: {} };
    const call = client[method](request, metadata(headers), options, (error, response) => {
      seen.response = response;
      seen.details = error?.details;
    });
    call.on('metadata', (received) => (seen.headers = received.getMap()));
    call.on('status', (status) => {
      seen.code = status.code;
      seen.trailers = status.metadata.getMap();
      setImmediate(() => resolve(seen));
    });
  });
}

/** All responses of a call, and the code it ended with. */
function stream(call, onData = () => {}) {
  return new Promise((resolve) => {
    const responses = [];
    call.on('data', (response) => {
      responses.push(response);
      onData(responses.length);
    });
    call.on('error', () => {});
    call.on('status', (status) => setImmediate(() => resolve({ responses, code: status.code, trailers: status.metadata.getMap() })));
  });
}

async function ask(Service, requests) {
  const client = connect(Service.ServerReflection);
  const call = client.ServerReflectionInfo();
  const answered = stream(call);
  for (const request of requests) call.write(request);
  call.end();
  const { responses } = await answered;
  client.close();
  return responses;
}

/** A client made of nothing but what reflection told. */
async function callThroughReflection() {
  const [found] = await ask(reflectionV1, [{ file_containing_symbol: 'sample.v1.SampleService' }]);
  const files = found.file_descriptor_response.file_descriptor_proto;
  const set = Buffer.concat(files.flatMap((file) => [lengthPrefix(file.length), file]));
  const described = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(set, loaderOptions));
  return (await unary(connect(described.sample.v1.SampleService), 'Echo', { text: 'reflected' })).response.text;
}

/** Tag and length of an entry of FileDescriptorSet.file. */
function lengthPrefix(length) {
  const bytes = [0x0a];
  for (; length > 0x7f; length >>>= 7) bytes.push((length & 0x7f) | 0x80);
  return Buffer.from([...bytes, length]);
}

const base64 = (buffer) => Buffer.from(buffer).toString('base64');
const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const sections = {
  async unary() {
    const seen = await unary(sample, 'Echo', { text: 'from node', payload: bytes });
    return { text: seen.response.text, payload: base64(seen.response.payload), code: seen.code };
  },
  async clientStreaming() {
    return new Promise((resolve) => {
      const call = sample.Collect((error, response) => resolve(error ? error.message : response.text));
      for (const text of ['a', 'b', 'c']) call.write({ text });
      call.end();
    });
  },
  async serverStreaming() {
    const { responses, code, trailers } = await stream(sample.Repeat({ text: 'n', times: 3 }));
    return { texts: responses.map((response) => response.text), code, count: trailers.count };
  },
  async duplex() {
    const call = sample.Chat();
    const texts = ['one', 'two', 'three'];
    const { responses, code } = await (() => {
      const answered = stream(call, (count) => (count < texts.length ? call.write({ text: texts[count] }) : call.end()));
      call.write({ text: texts[0] });
      return answered;
    })();
    return { texts: responses.map((response) => response.text), code };
  },
  async error() {
    const seen = await unary(sample, 'Fail', { how: 'STATUS', code: grpc.status.FAILED_PRECONDITION, message: 'größer als 100%' });
    return { code: seen.code, details: seen.details, why: seen.trailers.why };
  },
  async richError() {
    const seen = await unary(sample, 'Fail', { how: 'RICH_STATUS', code: grpc.status.INVALID_ARGUMENT, message: 'bad' });
    return { code: seen.code, status: base64(seen.trailers['grpc-status-details-bin']) };
  },
  async unimplemented() {
    return (await unary(sample, 'Missing', {})).code;
  },
  async metadata() {
    const seen = await unary(sample, 'Echo', {}, {
      'mirror-header-text': 'up front', 'mirror-header-bin': bytes, 'mirror-trailer-text': 'at the end', 'mirror-trailer-bin': bytes,
    });
    return {
      headerText: seen.headers['mirror-header-text'], headerBytes: base64(seen.headers['mirror-header-bin']),
      trailerText: seen.trailers['mirror-trailer-text'], trailerBytes: base64(seen.trailers['mirror-trailer-bin']),
    };
  },
  async deadline() {
    const { responses, code } = await stream(sample.Hang({ id: 'node deadline' }, { deadline: Date.now() + 1000 }));
    return { responses: responses.length, code };
  },
  async deadlineSeen() {
    const seen = await unary(sample, 'Describe', {}, {}, { deadline: Date.now() + 3_600_000 });
    return Number(seen.response.time_left.seconds);
  },
  async cancel() {
    const call = sample.Hang({ id: 'node cancel' });
    return (await stream(call, () => call.cancel())).code;
  },
  async gzip() {
    const client = connect(SampleService, { 'grpc.default_compression_algorithm': 2 });
    const payload = Buffer.alloc(100_000, 'z');
    const seen = await unary(client, 'Echo', { payload });
    client.close();
    return { code: seen.code, equal: payload.equals(seen.response.payload) };
  },
  async large() {
    const seen = await unary(sample, 'Echo', { payload: Buffer.alloc(4 * 1024 * 1024) });
    return { code: seen.code, details: seen.details };
  },
  async health() {
    const client = connect(Health);
    const check = await unary(client, 'Check', { service: '' });
    const unknown = await unary(client, 'Check', { service: 'nobody' });
    const watch = client.Watch({ service: '' });
    const { responses } = await stream(watch, () => watch.cancel());
    client.close();
    return { status: check.response.status, unknown: unknown.code, watched: responses[0].status };
  },
  async reflection() {
    const names = (responses) => responses[0].list_services_response.service.map((service) => service.name);
    const missing = await ask(reflectionV1, [{ file_containing_symbol: 'none' }]);
    return {
      v1: names(await ask(reflectionV1, [{ list_services: '' }])),
      v1alpha: names(await ask(reflectionV1Alpha, [{ list_services: '' }])),
      missing: missing[0].error_response.error_code,
      echo: await callThroughReflection(),
    };
  },
};

const seen = {};
for (const [name, run] of Object.entries(sections)) {
  try {
    seen[name] = await run();
  } catch (error) {
    seen[name] = { failed: String(error) };
  }
}
sample.close();
console.log(JSON.stringify(seen));
process.exit(0);
