// Signs requests to the bucket with AWS Signature Version 4, for njs 0.7 or later (libnginx-mod-http-js). The bucket stays
// private: nginx alone reads it. The body of a GET is not signed.
import crypto from 'crypto';

const UNSIGNED = 'UNSIGNED-PAYLOAD';

function hash(text) {
  return crypto.createHash('sha256').update(text).digest('hex');
}

function hmac(key, text) {
  return crypto.createHmac('sha256', key).update(text).digest();
}

// YYYYMMDDTHHMMSSZ
function date() {
  return new Date().toISOString().replace(/[-:]|\.\d+/g, '');
}

// The header Authorization for the key $media_key at the time $s3_date.
function authorization(r) {
  const v = r.variables;
  const time = v.s3_date;
  const scope = `${time.slice(0, 8)}/${v.s3_region}/s3/aws4_request`;
  const signed = 'host;x-amz-content-sha256;x-amz-date';
  const canonical = [
    r.method,
    `/${v.s3_bucket}/${v.media_key}`,
    '',
    `host:${v.s3_host}\nx-amz-content-sha256:${UNSIGNED}\nx-amz-date:${time}\n`,
    signed,
    UNSIGNED,
  ].join('\n');
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`;
  const key = scope.split('/').reduce(hmac, `AWS4${v.s3_secret_key}`);
  const signature = crypto.createHmac('sha256', key).update(text).digest('hex');
  return `AWS4-HMAC-SHA256 Credential=${v.s3_access_key}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

export default { authorization, date };
