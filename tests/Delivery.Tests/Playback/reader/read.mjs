// Checks and reads Common Access Tokens with libraries of other makes, and prints the claims as JSON: bytes in hexadecimal.
// usage: node read.mjs '[{"token", "algorithm", "key" (hex) or "x" and "y" (hex), "keyId", "issuer", "url", "foreignUrl"}]'
import { CAT } from '@eyevinn/cat';
import { Decoder, addExtension } from 'cbor-x';
import cose from 'cose-js';

addExtension({ Class: class V4 {}, tag: 52, encode: () => {}, decode: (bytes) => ({ ipv4: Buffer.from(bytes).toString('hex') }) });
addExtension({ Class: class V6 {}, tag: 54, encode: () => {}, decode: (bytes) => ({ ipv6: Buffer.from(bytes).toString('hex') }) });
const decoder = new Decoder({ mapsAsObjects: false });
const plain = (value) =>
  value instanceof Map ? Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]))
  : value instanceof Uint8Array ? Buffer.from(value).toString('hex')
  : Array.isArray(value) ? value.map(plain)
  : value;

async function read({ token, algorithm, key, x, y, keyId, issuer, url, foreignUrl }) {
  const bytes = Buffer.from(token, 'base64url');
  const isMac = algorithm === 'HS256';
  // Behind the tag of CWT is a COSE message with its own.
  const message = bytes.subarray(2);
  const header = decoder.decode(decoder.decode(message).value[0]);
  const payload = isMac
    ? await cose.mac.read(message, Buffer.from(key, 'hex'))
    : await cose.sign.verify(message, { key: { x: Buffer.from(x, 'hex'), y: Buffer.from(y, 'hex'), kid: keyId } });
  const seen = { cwt: bytes.subarray(0, 2).toString('hex'), header: plain(header), claims: plain(decoder.decode(payload)) };
  // This library checks a token as a CDN does; it reads HMAC only, and no addresses.
  if (isMac && !seen.claims[311]) {
    const cat = new CAT({ keys: { [keyId]: Buffer.from(key, 'hex') }, expectCwtTag: true });
    const judge = async (address) => (await cat.validate(token, 'mac', { issuer, url: new URL(address) })).error?.constructor.name ?? 'valid';
    seen.verdicts = { own: await judge(url), foreign: await judge(foreignUrl) };
  }
  return seen;
}

console.log(JSON.stringify(await Promise.all(JSON.parse(process.argv[2]).map(read))));
